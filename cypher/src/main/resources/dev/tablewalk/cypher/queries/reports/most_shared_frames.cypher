// id: most_shared_frames
// title: The frames that most processes map
// kind: report
// meaning: Physical pages by the number of entries of processes that map them: libraries, the page of zeroes, shared memory, and
//   what fork() has not had to copy yet.
// param: limit integer = 20 | rows to show
// column: pa hex | physical address of the first page
// column: pages pages | that are mapped alike
// column: mappings integer | entries of processes that map each of them
// column: frame text | what struct page says of them
// column: mapcount integer | mappings by the kernel's own count, where it counts each page
// column: mapped_as text | what one of the processes has mapped there
// source: mm/rmap.c folio_add_file_rmap_ptes()
MATCH (t:PageTable)-[l:POINTS_TO {user: true}]->(r:PageRange)
WITH r, count(*) AS mappings, collect([t, l.va])[0] AS first
ORDER BY mappings DESC, r.pa LIMIT $limit
WITH r, mappings, first[0] AS t, first[1] AS first_va
OPTIONAL CALL (t) {
  CALL tw.places(t) YIELD origin, moved
  WITH origin, moved WHERE origin:MmStruct
  RETURN origin AS m, moved
}
WITH r, mappings, collect(head(tw.vmas(m, first_va + coalesce(moved, 0))))[0] AS v
RETURN r.pa AS pa, r.pages AS pages, mappings, r.frame AS frame, r.mapcount AS mapcount,
  CASE v.name WHEN '' THEN v.perms ELSE v.name END AS mapped_as
ORDER BY mappings DESC, pa
