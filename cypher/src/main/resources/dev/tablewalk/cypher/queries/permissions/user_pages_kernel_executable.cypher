// id: user_pages_kernel_executable
// title: Memory of a process that the kernel would execute
// kind: constraint
// severity: critical
// meaning: These pages are at a process's addresses, and nothing in their entry keeps the CPU from executing them in kernel mode.
//   Linux forbids that in every entry of a process: on arm64 by a bit of its own (PXN), on x86-64 by letting user mode in, which
//   keeps the kernel out (SMEP). With it, a wrong jump in the kernel lands in the process's own code with all of the kernel's rights.
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
// source: Intel SDM, volume 3A, 4.6.1 Determination of access rights
MATCH (t:PageTable)-[l:POINTS_TO {kernel_executable: true}]->(r:PageRange)
OPTIONAL CALL (t) {
  CALL tw.places(t) YIELD origin, moved, way
  WITH origin, moved, way WHERE origin:MmStruct AND NOT EXISTS { (origin)-[:POINTS_TO]->(:PageTable)<-[:POINTS_TO]-(:Checkpoint) }
  RETURN origin AS m, moved, way
}
WITH l, r, way, l.va + coalesce(moved, 0) AS va, tw.owner(m) AS k
WHERE l.user OR (k IS NOT NULL AND va >= 0)
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages,
  any(p IN way WHERE p.pxn_table) AS table_forbids, r.pa AS pa
ORDER BY pid, va
