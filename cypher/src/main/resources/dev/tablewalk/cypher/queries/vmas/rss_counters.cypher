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
// false-positive: None known. Inside a page fault or in the middle of unmapping the count is a step ahead of the tables, or behind
//   them: address spaces of which somebody held a lock are left out.
// source: mm/memory.c set_pte_range(), zap_present_ptes(), vm_normal_page()
// source: mm/huge_memory.c __do_huge_pmd_anonymous_page()
// source: include/linux/mm.h get_mm_counter()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE m.mm_users > 0 AND m.held_locks IS NULL AND NOT EXISTS { (c)-[:POINTS_TO]->(root) }
CALL tw.leaves(m) YIELD leaf AS l, va, vmas
// Behind an entry that is special stands no struct page, or none that counts.
WITH m, l, va, vmas, endNode(l) AS r
WHERE l.special IS NULL AND coalesce(r.frame <> 'huge_zero', true)
WITH m, sum(CASE WHEN any(v IN vmas WHERE (v.flags / 4194304) % 2 = 1 AND v.start <= va AND va < v.end) // VM_HUGETLB
  THEN 0 ELSE l.pages END) AS counted
WHERE counted <> m.rss_pages
WITH m, counted, tw.owner(m) AS k
RETURN m.address AS mm, k.tgid AS pid, k.name AS comm, m.rss_pages AS kernel, counted,
  counted - m.rss_pages AS difference
ORDER BY pid
