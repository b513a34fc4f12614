// id: address_range
// title: What a range of addresses holds, by kind
// kind: report
// meaning: All pages of a range of addresses, sorted by what stands behind them: mapped by which kind of entry, with which rights
//   and to which kind of frame; swapped out; or not there at all. Addresses of the kernel are negative as numbers.
// param: start integer | first address
// param: end integer | address behind the last
// param: pid integer = 0 | the process; 0 for the kernel's own addresses
// column: kind text | page, huge, device, inaccessible, swap or hole; or what stands there instead, such as guard
// column: frame text | what struct page says of the frames
// column: rights text | reading, writing, executing, as the process or, of its own addresses, the kernel may
// column: pages integer | how many
// column: bytes bytes | how much
// column: first hex | the lowest of these addresses; none for holes
// source: fs/proc/task_mmu.c pagemap_read()
MATCH (c:Checkpoint)
CALL {
  WITH c
  WITH c WHERE $pid = 0
  MATCH (c)-[:POINTS_TO {kind: 'kernel'}]->(root:PageTable)
  RETURN root
  UNION
  WITH c
  WITH c WHERE $pid <> 0
  MATCH (:Task {tgid: $pid})-[:POINTS_TO {field: 'mm'}]->(:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
  RETURN DISTINCT root
}
CALL tw.tables(root, $start, $end) YIELD table AS t, moved
WITH DISTINCT c.page_size AS page, t, moved
CALL {
  WITH page, t, moved
  MATCH (t)-[l:POINTS_TO]->(r:PageRange)
  WHERE moved + l.va < $end AND moved + l.va + l.pages * page > $start
  RETURN CASE
      WHEN NOT l.valid THEN 'inaccessible'
      WHEN (l.memory STARTS WITH 'device' OR l.memory STARTS WITH 'uncached') THEN 'device'
      WHEN l.size > page THEN 'huge'
      ELSE 'page'
    END AS kind, r.frame AS frame,
    CASE WHEN l.valid AND (l.user OR $pid = 0) THEN 'r' ELSE '-' END
    + CASE WHEN l.writable AND (l.user OR $pid = 0) THEN 'w' ELSE '-' END
    + CASE WHEN CASE $pid WHEN 0 THEN l.kernel_executable ELSE l.executable END THEN 'x' ELSE '-' END AS rights,
    moved + l.va AS from, moved + l.va + l.pages * page AS to
  UNION ALL
  WITH page, t, moved
  MATCH (t)-[l:SWAPPED_TO]->(:SwapRange)
  WHERE moved + l.va < $end AND moved + l.va + l.pages * page > $start
  RETURN 'swap' AS kind, null AS frame, '---' AS rights, moved + l.va AS from, moved + l.va + l.pages * page AS to
  UNION ALL
  WITH page, t, moved
  MATCH (t)-[l:MARKED_AS]->(n:NonSwapRange)
  WHERE moved + l.va < $end AND moved + l.va + l.pages * page > $start
  RETURN n.kind AS kind, null AS frame, '---' AS rights, moved + l.va AS from, moved + l.va + l.pages * page AS to
}
WITH page, kind, frame, rights, CASE WHEN from > $start THEN from ELSE $start END AS from,
  CASE WHEN to < $end THEN to ELSE $end END AS to
WITH page, kind, frame, rights, sum(to - from) / page AS pages, min(from) AS first
WITH page, collect({kind: kind, frame: frame, rights: rights, pages: pages, first: first}) AS found
UNWIND found + [{kind: 'hole', rights: '---', pages: ($end - $start) / page - reduce(n = 0, f IN found | n + f.pages)}] AS f
WITH page, f WHERE f.pages > 0
RETURN f.kind AS kind, f.frame AS frame, f.rights AS rights, f.pages AS pages, f.pages * page AS bytes, f.first AS first
ORDER BY pages DESC
