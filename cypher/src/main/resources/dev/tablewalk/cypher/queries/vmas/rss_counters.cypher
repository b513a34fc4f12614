// id: rss_counters
// title: A process whose pages in RAM are not as many as the kernel counts
// kind: constraint
// severity: major
// meaning: The kernel counts, for each address space, the pages of files, of anonymous and of shared memory that are mapped.
//   The page tables map more or fewer: some were put in, taken away or exchanged behind the kernel's back. Not counted by the kernel,
//   nor here, are the pages of zeroes, huge pages of hugetlbfs, and memory that has no struct page or that a driver mapped by
//   its number.
// column: mm text | the address space
// column: pid integer | a process that has it
// column: comm text | that process's name
// column: kernel pages | by the kernel's counters
// column: counted pages | that the page tables map and the kernel counts
// column: difference pages | the second less the first
// identity: comm
// false-positive: A guest stopped inside a page fault or in the middle of unmapping.
// source: mm/memory.c set_pte_range(), zap_present_ptes(), vm_normal_page()
// source: mm/huge_memory.c __do_huge_pmd_anonymous_page()
// source: include/linux/mm.h get_mm_counter()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
MATCH (root)-[way:POINTS_TO*0..4]->(t:PageTable) WHERE t.entries_leaf > 0
WITH c.page_size AS page, m, t, tw.moved(way) AS moved
MATCH (t)-[l:POINTS_TO]->(r:PageRange)
// Bit 56 of an entry is PTE_SPECIAL: no struct page stands behind it, or none that counts.
  WHERE (l.raw / 72057594037927936) % 2 = 0 AND coalesce(r.frame <> 'huge_zero', true)
WITH m, t, moved, moved + min(l.va) AS low, moved + max(l.va + l.pages * page) AS high, sum(l.pages) AS pages,
  collect(l) AS leaves
OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma)
WHERE v.start < high AND v.end > low AND (v.flags / 4194304) % 2 = 1 // VM_HUGETLB
WITH m, t, moved, pages, leaves, collect(v) AS hugetlb
WITH m, pages - reduce(n = 0, l IN [l IN leaves WHERE any(v IN hugetlb WHERE v.start <= moved + l.va AND moved + l.va < v.end)]
  | n + l.pages) AS pages
WITH m, sum(pages) AS counted
WHERE m.mm_users > 0 AND m.rss_pages >= 0 AND counted <> m.rss_pages
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH m, counted, k ORDER BY k.pid
WITH m, counted, head(collect(k)) AS k
RETURN m.address AS mm, k.tgid AS pid, k.name AS comm, m.rss_pages AS kernel, counted,
  counted - m.rss_pages AS difference
ORDER BY pid
