// id: huge_pages
// title: Which processes use huge pages
// kind: report
// meaning: One entry of an upper level maps megabytes at once; entries marked contiguous share one place in the CPU's cache of
//   translations. How much of each process's memory is mapped so.
// column: pid integer | the process
// column: comm text | its name
// column: mapped bytes | all that it maps
// column: huge bytes | by entries of upper levels
// column: huge_entries integer | how many of those
// column: hugetlb bytes | of these, in VMAs of hugetlbfs
// column: contiguous bytes | by entries of the lowest level that are marked contiguous
// column: share percent | huge and contiguous, of all
// source: mm/huge_memory.c
// source: mm/hugetlb.c
// source: arch/arm64/mm/contpte.c
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
CALL tw.leaves(m) YIELD leaf AS l, va, vmas
WITH c.page_size AS page, m, l, va, l.pages * c.page_size AS bytes, vmas
WITH page, m, l, bytes, CASE WHEN l.size > page
  THEN head([v IN vmas WHERE (v.flags / 4194304) % 2 = 1 AND v.start <= va AND va < v.end]) END AS v // VM_HUGETLB
WITH m, sum(bytes) AS mapped, sum(CASE WHEN l.size > page THEN bytes ELSE 0 END) AS huge,
  sum(CASE WHEN l.size > page THEN toFloat(bytes) / l.size ELSE 0 END) AS huge_entries,
  sum(CASE WHEN v IS NULL THEN 0 ELSE bytes END) AS hugetlb,
  sum(CASE WHEN l.size = page AND l.contiguous THEN bytes ELSE 0 END) AS contiguous
WHERE huge + contiguous > 0
MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH m, mapped, huge, huge_entries, hugetlb, contiguous, k ORDER BY k.pid
WITH m, mapped, huge, huge_entries, hugetlb, contiguous, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, mapped, huge, toInteger(round(huge_entries)) AS huge_entries, hugetlb, contiguous,
  round(100.0 * (huge + contiguous) / mapped, 1) AS share
ORDER BY huge + contiguous DESC, pid
