// id: stale_tables
// title: What looks like a page table and is none any more
// kind: report
// meaning: These frames hold what only a page table holds, and yet the kernel does not mark them and no root leads to them. Nearly
//   always they are tables that were freed and not overwritten yet: what they map is what a process had before. In a frame
//   that is in use by something else, it may be chance, or a forgery in the making.
// column: pa hex | physical address
// column: level text | level that its content speaks for
// column: entries integer | entries in use
// column: tables integer | of these, to tables
// column: leaves integer | of these, to memory
// column: nonpresent integer | of these, swap entries and their like
// column: frame text | what struct page says of the frame
// source: mm/page_alloc.c free_pages_prepare() (init_on_free)
MATCH (t:Candidate)
RETURN t.pa AS pa, t.level AS level, t.entries_table + t.entries_leaf + t.entries_nonpresent AS entries,
  t.entries_table AS tables, t.entries_leaf AS leaves, t.entries_nonpresent AS nonpresent, t.frame AS frame
ORDER BY entries DESC, pa
