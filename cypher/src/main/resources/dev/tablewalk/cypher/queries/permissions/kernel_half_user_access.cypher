// id: kernel_half_user_access
// title: Memory in a tree of the kernel that user mode may access
// kind: constraint
// severity: critical
// meaning: An entry below one of the kernel's roots has the bit that lets user mode in. The kernel's half of the address
//   space is the same for every process: each of them can use this entry.
// column: root text | the kernel's root that leads to it
// column: va hex | address of the first page
// column: pages pages | how many
// column: writable boolean | whether it can be written
// column: table_forbids boolean | whether a table descriptor above forbids it all the same
// column: pa hex | physical address of the first page
// identity: root, writable, table_forbids
// accept: by number
// false-positive: The page of old system calls that x86-64 may show to all processes (vsyscall) is left out while none can write to
//   it. Where a process's table hangs from a root of the kernel, see kernel_tables_under_user_roots.
// source: arch/arm64/include/asm/pgtable-prot.h PAGE_KERNEL
// source: Arm ARM D8.4 Memory access control, AP[1]
// source: arch/x86/entry/vsyscall/vsyscall_64.c map_vsyscall()
MATCH (c:Checkpoint)-[s:POINTS_TO]->(root:PageTable)
CALL tw.tables(root) YIELD table AS t, moved, way
WITH c, s, t, moved, way WHERE t.entries_leaf > 0
MATCH (t)-[l:POINTS_TO {user: true}]->(r:PageRange)
WHERE l.writable OR NOT EXISTS { MATCH (g:Region {name: 'vsyscall'})
  WHERE g.start <= l.va + moved AND l.va + moved + l.pages * c.page_size <= g.end }
RETURN s.symbol AS root, l.va + moved AS va, l.pages AS pages, l.writable AS writable,
  any(p IN way WHERE p.no_user_table) AS table_forbids, r.pa AS pa
ORDER BY root, va
