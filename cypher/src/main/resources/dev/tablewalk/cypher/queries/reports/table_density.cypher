// id: table_density
// title: How full page tables are, by level
// kind: report
// meaning: A page table has room for hundreds of entries. How many of them are used, for the kernel and for processes apart; the
//   rest are holes.
// column: half text | whose: kernel or user
// column: level text | level of the tables
// column: tables integer | how many
// column: tables_to integer | entries that point to a table
// column: leaves integer | entries that map memory
// column: nonpresent integer | swap entries and their like
// column: holes integer | empty entries
// column: density percent | entries used, of all
// column: single integer | tables with one entry only
// column: empty integer | tables without any
// column: full integer | tables without a hole
// source: arch/arm64/include/asm/pgtable-hwdef.h PTRS_PER_PTE
MATCH (c:Checkpoint)
WITH c, CASE c.page_size WHEN 4096 THEN 12 WHEN 16384 THEN 14 ELSE 16 END AS page_shift
WITH c, toInteger(2 ^ (c.va_bits - page_shift - (c.levels - 1) * (page_shift - 3))) AS root_entries
CALL {
  WITH c
  MATCH (c)-[:POINTS_TO]->(root:PageTable)
  CALL tw.tables(root) YIELD table AS t
  RETURN 'kernel' AS half, collect(DISTINCT t) AS tables
  UNION
  WITH c
  MATCH (:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
  WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
  CALL tw.tables(root) YIELD table AS t
  RETURN 'user' AS half, collect(DISTINCT t) AS tables
}
UNWIND tables AS t
WITH half, t, t.entries_table + t.entries_leaf + t.entries_nonpresent AS used,
  CASE WHEN t.level = 'PGD' THEN root_entries ELSE c.page_size / 8 END AS room
WITH half, t.level AS level, count(t) AS tables, sum(t.entries_table) AS tables_to, sum(t.entries_leaf) AS leaves,
  sum(t.entries_nonpresent) AS nonpresent, sum(room - used) AS holes, sum(used) AS used, sum(room) AS room,
  sum(CASE WHEN used = 1 THEN 1 ELSE 0 END) AS single, sum(CASE WHEN used = 0 THEN 1 ELSE 0 END) AS empty,
  sum(CASE WHEN used = room THEN 1 ELSE 0 END) AS full
RETURN half, level, tables, tables_to, leaves, nonpresent, holes, round(100.0 * used / room, 1) AS density, single, empty, full
ORDER BY half, CASE level WHEN 'PGD' THEN 0 WHEN 'P4D' THEN 1 WHEN 'PUD' THEN 2 WHEN 'PMD' THEN 3 ELSE 4 END
