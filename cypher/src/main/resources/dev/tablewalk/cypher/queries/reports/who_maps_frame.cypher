// id: who_maps_frame
// title: Who maps this frame
// kind: report
// meaning: Every entry, of a process or of the kernel, that maps one physical page: at which address, and with which rights.
// param: pfn integer | number of the frame: its physical address divided by the page size
// column: pid integer | the process; none if the kernel maps it
// column: comm text | its name
// column: root text | the kernel's root that leads there; none if a process's does
// column: va hex | address at which the frame appears
// column: size bytes | what one entry maps
// column: readable boolean | whether it can be used at all
// column: writable boolean | whether it can be written
// column: user_execute boolean | whether user mode can execute it
// column: kernel_execute boolean | whether kernel mode can execute it
// column: user boolean | whether user mode can reach it
// column: vma text | what the process has mapped there
// source: mm/rmap.c rmap_walk()
MATCH (c:Checkpoint)
MATCH (r:PageRange) WHERE r.pfn <= $pfn AND $pfn < r.pfn + r.pages
MATCH (r)<-[l:POINTS_TO]-(t:PageTable)
WITH DISTINCT c, r, l, t
OPTIONAL MATCH (c)-[s:POINTS_TO]->(:PageTable)-[:POINTS_TO*0..4]->(t)
OPTIONAL MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)-[:POINTS_TO*0..4]->(t)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
WITH l, m, s, l.va + ($pfn - r.pfn) * c.page_size AS va
OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma) WHERE v.start <= va AND va < v.end
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH l, m, s, va, v, k ORDER BY k.pid
WITH l, m, s, va, v, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, s.symbol AS root, va, l.size AS size, l.valid AS readable, l.writable AS writable,
  l.executable AS user_execute, l.kernel_executable AS kernel_execute, l.user AS user,
  CASE v.name WHEN '' THEN v.perms ELSE v.perms + ' ' + v.name END AS vma
ORDER BY pid, va
