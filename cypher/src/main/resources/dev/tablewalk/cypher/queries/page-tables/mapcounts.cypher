// id: mapcounts
// title: Pages with more or fewer mappings than the kernel counts
// kind: constraint
// severity: major
// meaning: The kernel counts in struct page how many entries of processes map a page. Here the page tables that were found
//   hold another number of entries for it. More by the kernel's count: some process that maps the page, and so reads or
//   writes it, is not among those found. Fewer: an entry leads to the page that the kernel does not know of.
// column: pa hex | physical address of the first page
// column: pages pages | how many pages from there on are counted otherwise
// column: frame text | what struct page says of them
// column: kernel integer | mappings by the kernel's count; at least so many, where the pages differ
// column: counted integer | entries that map them
// false-positive: A process that was in the middle of fork() or exit() when the image was taken.
// source: include/linux/mm.h page_mapcount()
// source: mm/rmap.c folio_add_anon_rmap_ptes(), folio_remove_rmap_ptes()
MATCH (r:PageRange) WHERE r.mapcount IS NOT NULL OR r.mapped_frames > 0
OPTIONAL MATCH (r)<-[l:POINTS_TO]-(t:PageTable)
WHERE t.va >= 0 AND EXISTS { (:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(:PageTable)-[:POINTS_TO*0..4]->(t) }
WITH r, count(l) AS counted
WHERE counted <> r.mapcount OR (r.mapped_frames > 0 AND counted = 0)
RETURN r.pa AS pa, coalesce(r.mapped_frames, r.pages) AS pages, r.frame AS frame,
  coalesce(r.mapcount, 1) AS kernel, counted
ORDER BY pa
