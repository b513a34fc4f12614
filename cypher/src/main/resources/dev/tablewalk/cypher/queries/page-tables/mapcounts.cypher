// id: mapcounts
// title: Pages with more or fewer mappings than the kernel counts
// kind: constraint
// severity: major
// meaning: The kernel counts in struct page how many entries of processes map a page. Here the page tables that were found
//   hold another number of entries for it. More by the kernel's count: some process that maps the page, and so reads or
//   writes it, is not among those found. Fewer: an entry leads to the page that the kernel does not know of. A driver may have
//   special entries made that are not counted, whatever the page is, in VMAs that are marked for these: so it shows what a
//   graphics card draws.
// column: pa hex | physical address of the first page
// column: pages pages | how many pages from there on are counted otherwise; at most so many, where the pages differ
// column: frame text | what struct page says of them
// column: kernel integer | mappings by the kernel's count; of one of the pages, where they differ
// column: counted integer | entries that map them
// identity: frame
// accept: by number
// false-positive: A process that was in the middle of exit() when the image was taken. Where somebody held the lock of a page table,
//   as many pages as that has entries may be counted once more than they are mapped.
// source: include/linux/mm.h page_mapcount()
// source: mm/rmap.c folio_add_anon_rmap_ptes(), folio_remove_rmap_ptes()
// source: mm/memory.c vmf_insert_pfn(), vm_normal_page()
MATCH (r:PageRange) WHERE r.mapcount IS NOT NULL OR r.mapcount_most IS NOT NULL
OPTIONAL MATCH (r)<-[l:POINTS_TO]-(t:PageTable)
// The kernel's roots are walked first. A table in its half that a process reaches too may be the kernel's or the process's:
// entries of the kernel let in neither reads nor execution by user mode, and are valid. The kernel counts none of them.
WHERE t.va >= 0 OR l.user OR l.executable OR NOT l.valid
WITH t, collect(r) AS ranges
CALL (t) {
  CALL tw.places(t) YIELD origin AS m, pointer
  WITH m, endNode(pointer) AS root
  WHERE m:MmStruct AND NOT EXISTS { (root)<-[:POINTS_TO]-(:Checkpoint) }
  RETURN count(*) > 0 AS counts
}
UNWIND ranges AS r
WITH r, sum(CASE WHEN counts THEN 1 ELSE 0 END) AS counted
// The same entries map all pages of a range that is mapped at all, so the kernel counts the same for each. A range that
// nobody maps may be of all kinds.
WHERE counted <> r.mapcount OR (counted = 0 AND r.mapcount_most > 0)
  OR (counted > 0 AND (counted <> r.mapcount_least OR counted <> r.mapcount_most))
CALL (r) {
  OPTIONAL MATCH (r)<-[l:POINTS_TO {user: true, special: true}]-(t:PageTable)
  CALL tw.places(t) YIELD origin AS m, moved
  WITH r, l, m, l.va + moved AS va
  OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma)
  WHERE v.start <= va AND va < v.end
    AND ((v.flags / 1024) % 2 <> 0 OR (v.flags / 268435456) % 2 <> 0) // VM_PFNMAP or VM_MIXEDMAP
  RETURN count(DISTINCT CASE WHEN v IS NULL THEN null ELSE l END) AS special
}
WITH r, counted - special AS counted, special
WHERE special = 0 OR counted <> r.mapcount
  OR (r.mapcount IS NULL AND (counted <> r.mapcount_least OR counted <> r.mapcount_most))
WITH collect({pa: r.pa, frame: r.frame, counted: counted,
  pages: CASE counted WHEN 0 THEN coalesce(r.mapped_frames, r.pages) ELSE r.pages END,
  kernel: coalesce(r.mapcount, CASE WHEN r.mapcount_most > counted THEN r.mapcount_most ELSE r.mapcount_least END)}) AS rows
// Who changes entries holds their table's lock, and counts before an entry is made and after it is gone.
MATCH (c:Checkpoint)
OPTIONAL MATCH (m:MmStruct) WHERE any(lock IN m.held_locks WHERE lock IN ['ptl', 'page_table_lock'])
WITH c, rows, count(m) AS changing
WITH rows, changing, c.page_size / 8 * changing AS most,
  reduce(pages = 0, row IN rows | pages + CASE WHEN row.kernel - row.counted IN range(1, changing) THEN row.pages ELSE 0 END) AS ahead
UNWIND rows AS row
WITH row WHERE ahead > most OR NOT row.kernel - row.counted IN range(1, changing)
RETURN row.pa AS pa, row.pages AS pages, row.frame AS frame, row.kernel AS kernel, row.counted AS counted
ORDER BY pa
