// id: kernel_tables_added
// title: Page tables that appeared in the kernel's half
// kind: report
// of: diff
// meaning: Tables that hang from a root of the kernel's after and did not before. The kernel adds tables as vmalloc
//   space, module space and vmemmap fill; a table anywhere else has to be explained.
// column: root text | the root that leads there
// column: level text | its level
// column: va hex | first address that it covers
// column: pa hex | where it lies
// column: region text | the region of the kernel's address space
// column: entries integer | entries that lead somewhere
// source: mm/vmalloc.c, arch/arm64/mm/mmu.c
MATCH (c:Checkpoint)-[s:POINTS_TO]->(root:Root)
CALL tw.tables(root) YIELD table AS t, way
WITH DISTINCT s, t, way WHERE size(way) > 0 AND t:Added
WITH DISTINCT s, t
OPTIONAL MATCH (g:Region) WHERE g.start <= t.va AND t.va < g.end
WITH s, t, g ORDER BY g.end - g.start
WITH s, t, head(collect(g.name)) AS region
RETURN s.symbol AS root, t.level AS level, t.va AS va, t.pa AS pa, region, t.entries_table + t.entries_leaf AS entries
ORDER BY root, va
