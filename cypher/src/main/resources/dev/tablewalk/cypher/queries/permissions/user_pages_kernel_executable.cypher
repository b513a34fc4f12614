// id: user_pages_kernel_executable
// title: Memory of a process that the kernel would execute
// kind: constraint
// severity: critical
// meaning: These pages are a process's, and nothing in their entry keeps the CPU from executing them in kernel mode. Linux
//   forbids that in every entry of a process. With it, a wrong jump in the kernel lands in the process's own code with all
//   of the kernel's rights.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | address of the first page
// column: pages pages | how many
// column: table_forbids boolean | whether a table descriptor above forbids it all the same
// column: pa hex | physical address of the first page
// identity: comm, table_forbids
// false-positive: None known.
// source: arch/arm64/include/asm/pgtable-prot.h PAGE_READONLY_EXEC and its like have PTE_PXN
// source: Arm ARM D8.4 Memory access control, PXN
MATCH (t:PageTable)-[l:POINTS_TO {kernel_executable: true, user: true}]->(r:PageRange)
OPTIONAL MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(:PageTable)-[way:POINTS_TO*0..4]->(t)
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH l, r, m, way, k ORDER BY k.pid
WITH l, r, m, way, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, l.va + coalesce(tw.moved(way), 0) AS va, l.pages AS pages,
  any(p IN way WHERE p.pxn_table) AS table_forbids, r.pa AS pa
ORDER BY pid, va
