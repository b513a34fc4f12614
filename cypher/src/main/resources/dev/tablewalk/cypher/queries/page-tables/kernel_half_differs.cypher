// id: kernel_half_differs
// title: An entry for the kernel's addresses that only one process has
// kind: constraint
// severity: critical
// meaning: Where a process's root translates the kernel's addresses as well, it has copies of the entries of the kernel's root,
//   and the graph has them once, below that. This entry is no such copy: there this process sees another kernel than all others.
//   With page-table isolation the root by which a process executes its own code (user_pgd) has the few entries by which the kernel
//   is entered, the same in all; one more shows the process what isolation is to hide.
// column: pid integer | the process
// column: comm text | its name
// column: field text | the root that has the entry: pgd or user_pgd
// column: index integer | of the entry
// column: va hex | first address that it covers
// column: pa hex | physical address of what it leads to
// identity: comm, field
// false-positive: The segments that a process has made with modify_ldt lie in a part of their own (region ldt), and are left out.
// source: arch/x86/mm/pgtable.c pgd_ctor(), sync_global_pgds_l4()
// source: arch/x86/kernel/ldt.c map_ldt_struct()
// source: arch/x86/mm/pti.c pti_init()
MATCH (m:MmStruct)-[s:POINTS_TO]->(root:PageTable) WHERE s.field IN ['pgd', 'user_pgd']
MATCH (root)-[p:POINTS_TO]->(to)
WHERE p.va < 0 AND root.va >= 0
  AND NOT EXISTS { (:Checkpoint)-[:POINTS_TO]->(root) }
  AND NOT EXISTS { MATCH (g:Region {name: 'ldt'}) WHERE g.start <= p.va AND p.va < g.end }
WITH s, p, to, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, s.field AS field, p.index AS index, p.va AS va, to.pa AS pa
ORDER BY pid, field, index
