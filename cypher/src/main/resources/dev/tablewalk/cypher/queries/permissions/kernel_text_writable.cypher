// id: kernel_text_writable
// title: Code or constants of the kernel that can be written through another address
// kind: constraint
// severity: critical
// meaning: The frames that hold the kernel's code and its constants are mapped several times: in the image, and in the map
//   of all memory at the least. All of these must be read-only. Here is one that is not, in the kernel or in a process:
//   whoever writes there changes the kernel. Left out is what a kernel maps to itself before it has anything else (VA = PA,
//   without a limit on who executes it), and is in only while the MMU is turned on or off.
// column: region text | what the frames hold: image_text or image_rodata
// column: text_va hex | where the kernel has it
// column: alias_va hex | the address at which it can be written
// column: pages pages | how many
// column: root text | the kernel's root that leads there, or none
// column: pid integer | the process that has it, or none
// column: user boolean | whether user mode may write it
// column: pa hex | physical address of the first page
// identity: region, root, user
// accept: by number
// false-positive: A kernel started with rodata=off, stopped while it patches its code (through the fixmap), or stopped while it
//   boots, before it has made these read-only: just before it starts its first process.
// source: arch/arm64/mm/mmu.c mark_linear_text_alias_ro(), mark_rodata_ro()
// source: arch/arm64/kernel/patching.c patch_map()
// source: arch/arm64/kernel/head.S __create_page_tables() (before 6.0)
MATCH (g:Region) WHERE g.name IN ['image_text', 'image_rodata']
WITH collect(g) AS regions, min(g.start) AS start, max(g.end) AS end
MATCH (c:Checkpoint)-[:POINTS_TO {kind: 'kernel'}]->(root:PageTable)
CALL tw.tables(root, start, end) YIELD table AS t, moved
WITH DISTINCT c, regions, t, moved
WHERE t.entries_leaf > 0
UNWIND regions AS g
WITH c, g, t, moved WHERE t.va + moved < g.end
MATCH (t)-[text:POINTS_TO]->(r:PageRange)
WITH c, g, r, text.va + moved AS text_va
WHERE text_va < g.end AND text_va + r.pages * c.page_size > g.start
MATCH (r)<-[l:POINTS_TO {writable: true, valid: true}]-(by:PageTable)
WITH DISTINCT g, r, text_va, l, by
OPTIONAL CALL (by) {
  CALL tw.places(by) YIELD origin, pointer, moved
  WITH origin, pointer, moved WHERE origin:Checkpoint OR origin:MmStruct
  WITH collect([origin, pointer, moved]) AS places, sum(CASE WHEN origin:Checkpoint THEN 1 ELSE 0 END) AS kernel
  UNWIND places AS place
  RETURN place[0] AS from, place[1] AS s, place[2] AS moved, kernel
}
// An entry of the kernel's own tree that a process's leads to as well is told of once, unless the process can write there.
WITH g, r, text_va, l, CASE WHEN from:Checkpoint OR (from:MmStruct AND (l.user OR kernel = 0)
  AND NOT EXISTS { (from)-[:POINTS_TO]->(:PageTable)<-[:POINTS_TO]-(:Checkpoint) }) THEN [from, s, moved] END AS place
WITH g, r, text_va, l, collect(place) AS places
UNWIND CASE WHEN size(places) = 0 THEN [null] ELSE places END AS place
WITH g, r, text_va, l, place[0] AS from, place[1] AS s, l.va + coalesce(place[2], 0) AS alias_va
WITH g, r, text_va, l, s, alias_va, tw.owner(from).tgid AS pid
WHERE s.kind IS NULL OR s.kind <> 'identity' OR alias_va <> r.pa OR NOT l.executable
RETURN g.name AS region, text_va, alias_va, l.pages AS pages, s.symbol AS root, pid, l.user AS user, r.pa AS pa
ORDER BY pa, alias_va
