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
OPTIONAL CALL (t) {
  CALL tw.places(t) YIELD origin, moved, way
  WITH origin, moved, way WHERE origin:MmStruct
  RETURN origin AS m, moved, way
}
WITH l, r, moved, way, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, l.va + coalesce(moved, 0) AS va, l.pages AS pages,
  any(p IN way WHERE p.pxn_table) AS table_forbids, r.pa AS pa
ORDER BY pid, va
