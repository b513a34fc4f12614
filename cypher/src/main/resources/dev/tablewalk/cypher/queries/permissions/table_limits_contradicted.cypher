// id: table_limits_contradicted
// title: An entry that allows what a table descriptor above it forbids
// kind: constraint
// severity: major
// meaning: A pointer to a table can forbid something for all that lies below, such as executing in kernel mode. This entry
//   below such a pointer allows it. The CPU obeys the pointer; but the kernel writes entries that agree with it, so one of
//   the two was changed by someone else. With page-table isolation the roots that an mm_struct tells of are for the kernel
//   alone, and forbid all executing in user mode: what these say of that is left out.
// column: table_pa hex | physical address of the table whose entry forbids
// column: level text | its level
// column: forbids list | what it forbids and the entry allows
// column: va hex | address of the first page that the entry below maps
// column: pages pages | how many
// column: pa hex | physical address of the first page
// identity: level, forbids
// accept: by number
// false-positive: None known.
// source: arch/arm64/include/asm/pgtable-hwdef.h PMD_TABLE_PXN and its like
// source: arch/arm64/include/asm/pgalloc.h pmd_populate()
MATCH (c:Checkpoint)
MATCH (a:PageTable)-[p:POINTS_TO]->(b:PageTable)
WHERE p.read_only_table OR p.no_user_table OR p.xn_table OR p.pxn_table
// Pointers of one table to another that forbid the same: what lies below is looked at once for all of them.
WITH a, b, p.read_only_table AS read_only, p.no_user_table AS no_user, p.pxn_table AS pxn,
  p.xn_table AND NOT (a:Root AND c.found_isolation IS NOT NULL) AS xn, collect(p) AS pointers
CALL tw.tables(b) YIELD table AS t, moved
WITH a, read_only, no_user, xn, pxn, pointers, t, moved WHERE t.entries_leaf > 0
MATCH (t)-[l:POINTS_TO]->(r:PageRange)
WHERE (pxn AND l.kernel_executable) OR (xn AND l.executable AND l.user)
  OR (read_only AND l.writable) OR (no_user AND l.user)
UNWIND pointers[0..64] AS p
RETURN a.pa AS table_pa, a.level AS level,
  CASE WHEN p.pxn_table AND l.kernel_executable THEN ['kernel execute'] ELSE [] END
  + CASE WHEN xn AND l.executable AND l.user THEN ['user execute'] ELSE [] END
  + CASE WHEN p.read_only_table AND l.writable THEN ['write'] ELSE [] END
  + CASE WHEN p.no_user_table AND l.user THEN ['user access'] ELSE [] END AS forbids,
  l.va + moved + tw.moved([p]) AS va, l.pages AS pages, r.pa AS pa
ORDER BY va, table_pa
