// id: who_maps_frame
// title: Which processes map a physical page
// kind: report
// meaning: Every entry, of a process or of the kernel, that maps one physical page: at which address, and with which rights.
// param: pa integer | a physical address, of any byte of the page
// column: pid integer | the process; none if the kernel maps it
// column: comm text | its name
// column: va hex | address at which the page appears
// column: root text | the kernel's root that leads there; none if a process's does
// column: size bytes | what one entry maps
// column: readable boolean | whether it can be used at all
// column: writable boolean | whether it can be written
// column: user_execute boolean | whether user mode can execute it
// column: kernel_execute boolean | whether kernel mode can execute it
// column: user boolean | whether user mode can reach it
// column: vma text | what the process has mapped there
// source: mm/rmap.c rmap_walk()
MATCH (c:Checkpoint)
MATCH (r:PageRange) WHERE r.pa <= $pa AND $pa < r.pa + r.pages * c.page_size
MATCH (r)<-[l:POINTS_TO]-(t:PageTable)
WITH DISTINCT c, r, l, t
OPTIONAL CALL (t) {
  CALL tw.places(t) YIELD origin, pointer, moved
  WITH origin AS from, pointer AS s, moved
  WHERE from:Checkpoint OR (from:MmStruct AND NOT EXISTS { (from)-[:POINTS_TO]->(:PageTable)<-[:POINTS_TO]-(:Checkpoint) })
  RETURN from, s, moved
}
WITH l, from, s, l.va + coalesce(moved, 0) + ($pa - r.pa) / c.page_size * c.page_size AS va
WITH l, s, va, head(tw.vmas(from, va)) AS v, tw.owner(from) AS k
RETURN k.tgid AS pid, k.name AS comm, va, s.symbol AS root, l.size AS size, l.valid AS readable, l.writable AS writable,
  l.executable AS user_execute, l.kernel_executable AS kernel_execute, l.user AS user,
  CASE v.name WHEN '' THEN v.perms ELSE v.perms + ' ' + v.name END AS vma
ORDER BY pid, va
