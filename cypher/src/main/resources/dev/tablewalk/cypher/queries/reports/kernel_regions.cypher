// id: kernel_regions
// title: The kernel's address space by region
// kind: report
// meaning: What the kernel has mapped in each region of its addresses: all of RAM (linear), itself (image), modules, what it maps
//   page by page (vmalloc), the descriptions of all frames (vmemmap), and fixed places (fixmap). An address counts for the
//   smallest region that it lies in.
// column: region text | its name; none for what lies in none
// column: start hex | its first address
// column: end hex | address behind its last
// column: mapped bytes | mapped in it
// column: writable bytes | of these, what can be written
// column: executable bytes | of these, what the kernel can execute
// column: device bytes | of these, devices
// column: invalid bytes | of these, what cannot be used
// column: large bytes | of these, what entries above the lowest level map
// source: Documentation/arch/arm64/memory.rst
// source: arch/arm64/include/asm/memory.h
OPTIONAL MATCH (g:Region)
WITH g ORDER BY g.end - g.start
WITH collect(g) AS regions
MATCH (c:Checkpoint)-[:POINTS_TO {kind: 'kernel'}]->(root:PageTable)
CALL tw.tables(root) YIELD table AS t, moved
WITH DISTINCT regions, c.page_size AS page, t, moved
WHERE t.entries_leaf > 0
MATCH (t)-[l:POINTS_TO]->(r:PageRange)
WITH head([g IN regions WHERE g.start <= moved + l.va AND moved + l.va < g.end]) AS g, l, l.pages * page AS bytes, l.size > page AS large
RETURN g.name AS region, g.start AS start, g.end AS end, sum(bytes) AS mapped,
  sum(CASE WHEN l.writable THEN bytes ELSE 0 END) AS writable,
  sum(CASE WHEN l.kernel_executable THEN bytes ELSE 0 END) AS executable,
  sum(CASE WHEN (l.memory STARTS WITH 'device' OR l.memory STARTS WITH 'uncached') THEN bytes ELSE 0 END) AS device,
  sum(CASE WHEN l.valid THEN 0 ELSE bytes END) AS invalid,
  sum(CASE WHEN large THEN bytes ELSE 0 END) AS large
ORDER BY start
