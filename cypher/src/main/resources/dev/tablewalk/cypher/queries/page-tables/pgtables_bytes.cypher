// id: pgtables_bytes
// title: Page tables of a process that the kernel counts otherwise
// kind: constraint
// severity: major
// meaning: The kernel counts, for each address space, the bytes of the tables that it made: those of the three lowest
//   levels, and one kept aside for each huge page of anonymous memory. What its root leads to is not as much. More: a
//   table was put in from outside. Less: one was cut off.
// column: mm text | the address space
// column: pid integer | a process that has it
// column: comm text | that process's name
// column: kernel bytes | by the kernel's count
// column: counted bytes | tables that its root leads to, and those kept aside for huge pages
// column: pte_tables integer | tables of the lowest level
// column: pmd_tables integer | tables of the level above
// column: pud_tables integer | tables of the level above that
// column: huge_pages integer | huge pages of anonymous memory, the one of zeroes among them
// identity: comm
// false-positive: None known. Inside a page fault or in the middle of unmapping the count is a step ahead of the tables, or behind
//   them: address spaces of which somebody held a lock are left out.
// source: include/linux/mm.h mm_inc_nr_ptes(), mm_inc_nr_pmds(), mm_inc_nr_puds()
// source: mm/huge_memory.c __do_huge_pmd_anonymous_page(), set_huge_zero_folio()
// source: include/linux/mm.h vma_is_anonymous()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE m.mm_users > 0 AND m.held_locks IS NULL AND NOT EXISTS { (c)-[:POINTS_TO]->(root) }
CALL tw.tables(root) YIELD table AS t, moved, way
WITH c, m, CASE WHEN size(way) > 0 AND t.level <> 'P4D' THEN t END AS t, moved
WITH c, m, collect(DISTINCT t) AS tables,
  collect(CASE WHEN t.level = 'PMD' AND t.entries_leaf > 0 THEN [t, moved] END) AS pmds
CALL {
  WITH m, pmds
  UNWIND pmds AS p
  WITH m, p[0] AS pmd, p[1] AS moved
  MATCH (pmd)-[l:POINTS_TO]->(:PageRange)
  UNWIND tw.vmas(m, moved + l.va) AS v
  WITH pmd, l, v
  WHERE (v.flags / 4194304) % 2 = 0 // not VM_HUGETLB
    AND v.backing = 'anonymous'
  // A block may be cut into several ranges: its entries are told apart by their place in the table.
  UNWIND range(l.index, l.index + l.entries - 1) AS entry
  WITH DISTINCT pmd, entry
  RETURN count(*) AS huge_pages
}
WITH m, tables, huge_pages, (size(tables) + huge_pages) * c.page_size AS counted
WHERE counted <> m.pgtables_bytes
WITH m, tables, huge_pages, counted, tw.owner(m) AS k
RETURN m.address AS mm, k.tgid AS pid, k.name AS comm, m.pgtables_bytes AS kernel, counted,
  size([t IN tables WHERE t.level = 'PTE']) AS pte_tables,
  size([t IN tables WHERE t.level = 'PMD']) AS pmd_tables,
  size([t IN tables WHERE t.level = 'PUD']) AS pud_tables,
  huge_pages
ORDER BY pid
