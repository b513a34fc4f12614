// id: kernel_tables_under_user_roots
// title: A table of the kernel that an address space of a process leads to
// kind: constraint
// severity: critical
// meaning: On arm64 the kernel's addresses and a process's are translated by different roots, and no table belongs to
//   both. Here a process's page tables lead to a table of the kernel: kernel memory appears at user addresses, and
//   only the permission bits are left to keep the process out.
// column: pa hex | physical address of the table
// column: level text | its level
// column: kernel_root text | the kernel's root that leads to it
// column: kernel_va hex | first address that it covers in the tree in which it was found first
// column: pid integer | a process whose root leads to it
// column: comm text | that process's name
// identity: level, kernel_root, comm
// false-positive: None known on arm64. Other architectures put kernel entries into every root.
// source: arch/arm64/mm/pgd.c pgd_alloc()
// source: Documentation/arch/arm64/memory.rst
MATCH (c:Checkpoint)-[s:POINTS_TO]->(root:PageTable)
CALL tw.tables(root) YIELD table AS t
WITH c, t, min(s.symbol) AS kernel_root
WHERE COUNT { (t)<-[:POINTS_TO]-(:PageTable|Checkpoint) } > 1
MATCH (parent:PageTable)-[:POINTS_TO]->(t)
WITH DISTINCT c, t, kernel_root, parent
CALL tw.places(parent) YIELD origin
WITH t, kernel_root, parent, collect(DISTINCT origin) AS origins
// Only where a tree of a process enters; what lies below follows.
WHERE none(o IN origins WHERE o:Checkpoint)
UNWIND origins AS m
WITH DISTINCT t, kernel_root, m WHERE m:MmStruct
WITH t, kernel_root, tw.owner(m) AS k
RETURN t.pa AS pa, t.level AS level, kernel_root, t.va AS kernel_va, k.tgid AS pid, k.name AS comm
ORDER BY pa, pid
