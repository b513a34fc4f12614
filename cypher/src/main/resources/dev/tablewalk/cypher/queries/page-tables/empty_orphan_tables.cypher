// id: empty_orphan_tables
// title: Empty page tables that nothing reaches, beyond those kept for huge pages
// kind: constraint
// severity: minor
// meaning: For each huge page of anonymous memory the kernel keeps an empty page table aside, so that it can split
//   the huge page without having to ask for memory. These tables are marked in struct page and no root leads to
//   them. There must be as many of them as there are such huge pages: one more is a table that was lost, or emptied
//   and cut off; one fewer is a huge page that the kernel did not map itself.
// column: empty_orphans integer | tables so marked, without an entry and not reached
// column: huge_pages integer | entries of upper levels that map anonymous memory
// column: difference integer | the first less the second
// false-positive: An address space in the middle of fork(), execve() or the last mmput(), and a page fault that has
//   taken its table and not put it into place yet, hold empty tables too.
// source: mm/huge_memory.c __do_huge_pmd_anonymous_page(), zap_deposited_table()
// source: mm/pgtable-generic.c pgtable_trans_huge_deposit()
MATCH (c:Checkpoint) WHERE 'user PTE' IN c.marked_levels
CALL {
  MATCH (t:PageTable)
  WHERE 'struct_page' IN t.found_by AND NOT 'walk' IN t.found_by
    AND t.entries_table + t.entries_leaf + t.entries_nonpresent = 0
  RETURN count(t) AS empty_orphans
}
CALL {
  MATCH (t:PageTable {level: 'PMD'})-[l:POINTS_TO]->(:PageRange)
  WHERE t.entries_leaf > 0 AND t.va >= 0
  MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(:PageTable)-[:POINTS_TO*1..3]->(t)
  MATCH (m)-[:HAS_VMA]->(v:Vma)
  WHERE v.start <= l.va AND l.va < v.end AND (v.flags / 4194304) % 2 = 0 // not VM_HUGETLB
    AND NOT EXISTS { (v)-[:MAPS]->(:File) }
  // A block may be cut into several ranges: its entries are told apart by their place in the table.
  WITH t, l UNWIND range(l.index, l.index + l.entries - 1) AS entry
  WITH DISTINCT t, entry
  RETURN count(*) AS huge_pages
}
WITH empty_orphans, huge_pages WHERE empty_orphans <> huge_pages
RETURN empty_orphans, huge_pages, empty_orphans - huge_pages AS difference
