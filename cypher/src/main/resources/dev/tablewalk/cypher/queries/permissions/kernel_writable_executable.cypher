// id: kernel_writable_executable
// title: Memory that the kernel can both write and execute
// kind: constraint
// severity: critical
// meaning: The kernel keeps what it executes read-only, and what it can write not executable. These pages are both: one
//   wrong write in the kernel there becomes code that runs with all rights. Left out is what a kernel maps to itself before it
//   has anything else (VA = PA, without a limit on who executes it), and is in only while the MMU is turned on or off; and what
//   the kernel's own mms map (efi_mm): the firmware's code, of which not every firmware tells what it writes.
// column: root text | the kernel's root that leads to it, or none
// column: pid integer | the process whose root leads to it, or none
// column: va hex | address of the first page
// column: pages pages | how many
// column: size bytes | what one entry maps
// column: table_forbids boolean | whether a table descriptor above forbids it all the same
// column: pa hex | physical address of the first page
// identity: root, size, table_forbids
// accept: by number
// false-positive: None known.
// source: arch/arm64/mm/mmu.c map_kernel_segment(), mark_rodata_ro()
// source: arch/arm64/kernel/head.S __create_page_tables() (before 6.0)
// source: arch/arm64/kernel/efi.c create_mapping_protection()
MATCH (t:PageTable)-[l:POINTS_TO {writable: true, kernel_executable: true, user: false}]->(r:PageRange)
OPTIONAL CALL (t) {
  CALL tw.places(t) YIELD origin, pointer, moved, way
  WITH origin AS from, pointer AS s, moved, way
  WHERE from:Checkpoint OR (from:MmStruct AND NOT EXISTS { (from)-[:POINTS_TO]->(:PageTable)<-[:POINTS_TO]-(:Checkpoint) })
  RETURN from, s, moved, way
}
WITH l, r, s, l.va + coalesce(moved, 0) AS va, way, tw.owner(from).tgid AS pid
WHERE s.kind IS NULL OR NOT (s.kind = 'mm' OR (s.kind = 'identity' AND va = r.pa AND l.executable))
RETURN s.symbol AS root, pid, va, l.pages AS pages, l.size AS size,
  any(p IN way WHERE p.pxn_table OR p.read_only_table) AS table_forbids, r.pa AS pa
ORDER BY root, pid, va
