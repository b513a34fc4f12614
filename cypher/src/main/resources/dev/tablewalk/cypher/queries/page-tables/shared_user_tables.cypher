// id: shared_user_tables
// title: A table that is in two address spaces, or twice in one
// kind: constraint
// severity: critical
// meaning: Each table of a process belongs to it alone and has one place in its tree. This one is pointed to from
//   several places: what one process maps or writes there, another sees, without the kernel knowing. The kernel will
//   also free it twice.
// column: pa hex | physical address of the table
// column: level text | its level
// column: parents integer | entries that point to it
// column: trees integer | address spaces that they belong to
// column: pids list | their processes
// identity: level
// accept: by number
// false-positive: Shared mappings of hugetlbfs may share the tables that hold their huge pages, where the kernel does
//   so (CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING); those are left out here: PMD tables of nothing but huge pages, in VMAs of
//   hugetlbfs that may be shared.
// source: mm/memory.c free_pgtables()
// source: mm/hugetlb.c huge_pmd_share(), want_pmd_share()
MATCH (t:PageTable)<-[p:POINTS_TO]-(parent:PageTable)
// A process may have segments of its own among the kernel's addresses, which both of its roots show where it has two.
WHERE p.va >= 0 OR NOT EXISTS { MATCH (g:Region {name: 'ldt'}) WHERE g.start <= p.va AND p.va < g.end }
WITH t, count(p) AS parents, collect(DISTINCT parent) AS sources
WHERE parents > 1 OR EXISTS { (:MmStruct)-[:POINTS_TO]->(t) }
UNWIND sources AS parent
CALL tw.places(parent) YIELD origin AS m, pointer
WITH t, parents, m, endNode(pointer) AS root
WHERE m:MmStruct AND NOT EXISTS { (:Checkpoint)-[:POINTS_TO]->(root) }
WITH t, parents, collect(DISTINCT m) AS mms
WHERE NOT (t.level = 'PMD' AND t.entries_table = 0 AND size(mms) = parents
  AND all(m IN mms WHERE EXISTS {
    MATCH (m)-[:HAS_VMA]->(v:Vma)
    WHERE (v.flags / 4194304) % 2 = 1 AND (v.flags / 128) % 2 = 1 // VM_HUGETLB, VM_MAYSHARE
  }))
UNWIND mms AS m
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
RETURN t.pa AS pa, t.level AS level, parents, count(DISTINCT m) AS trees, collect(DISTINCT k.tgid) AS pids
ORDER BY pa
