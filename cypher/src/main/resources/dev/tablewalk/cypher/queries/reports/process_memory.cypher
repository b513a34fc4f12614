// id: process_memory
// title: How much memory each process has, shared fairly
// kind: report
// meaning: RSS is every page that a process maps. PSS counts a page that n entries map as one n-th for each of them, so that the
//   PSS of all processes add up to what they use together. USS is what only this one maps: what would be free if it ended.
// column: pid integer | the process
// column: comm text | its name
// column: rss bytes | all that it maps
// column: pss bytes | with shared pages counted by their share
// column: uss bytes | what nobody else maps
// column: processes integer | that share the address space
// source: fs/proc/task_mmu.c smaps_account()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
CALL tw.tables(root) YIELD table AS t
WITH c, m, t WHERE t.entries_leaf > 0
MATCH (t)-[l:POINTS_TO]->(r:PageRange)
// Bit 56 is PTE_SPECIAL: the page of zeroes, and what has no struct page.
WHERE l.special IS NULL AND coalesce(r.frame <> 'huge_zero', true)
WITH c.page_size AS page, m, r, count(l) AS own
WITH page, r, collect([m, own]) AS users, sum(own) AS mappings
UNWIND users AS user
WITH page, user[0] AS m, user[1] * r.pages AS pages, mappings, size(users) = 1 AS alone
WITH page, m, sum(pages) AS rss, sum(toFloat(pages) / mappings) AS pss, sum(CASE WHEN alone THEN pages ELSE 0 END) AS uss
MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH page, m, rss, pss, uss, k ORDER BY k.pid
WITH page, rss, pss, uss, m, head(collect(k)) AS k, count(DISTINCT k.tgid) AS processes
RETURN k.tgid AS pid, k.name AS comm, rss * page AS rss, toInteger(round(pss * page)) AS pss, uss * page AS uss, processes
ORDER BY pss DESC, pid
