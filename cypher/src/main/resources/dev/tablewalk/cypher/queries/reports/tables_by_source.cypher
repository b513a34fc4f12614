// id: tables_by_source
// title: Page tables by how they were found
// kind: report
// meaning: Three ways lead to page tables: the roots (walk), the kernel's own mark (struct_page), and what the memory looks like
//   (scan). What the kernel keeps aside, to be able to split a huge page, is a deposit.
// column: found_by list | the ways
// column: level text | level of the tables
// column: tables integer | how many
// column: leaves integer | entries of theirs that map memory
// column: marked integer | of them, those that the kernel marks
// column: frames list | what struct page says of their frames
// source: include/linux/page-flags.h PageTable
MATCH (t:PageTable)
RETURN t.found_by AS found_by, t.level AS level, count(t) AS tables, sum(t.entries_leaf) AS leaves,
  sum(CASE WHEN t.marked THEN 1 ELSE 0 END) AS marked, collect(DISTINCT t.frame) AS frames
ORDER BY size(found_by), found_by[0], level
