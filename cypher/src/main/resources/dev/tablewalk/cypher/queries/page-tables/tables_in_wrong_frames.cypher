// id: tables_in_wrong_frames
// title: A page table in use whose frame the kernel takes for something else
// kind: constraint
// severity: critical
// meaning: A root leads to this table, and yet struct page says that its frame is free, or belongs to a process, a file
//   or the slab allocator. A table that was freed and is still linked can be overwritten by whoever gets the frame next,
//   and then maps whatever that one wishes.
// column: pa hex | physical address of the table
// column: level text | its level
// column: va hex | first address that it covers, in the tree in which it was found first
// column: frame text | what struct page says of the frame
// column: found_by list | how the table was found
// identity: level, frame
// accept: by number
// false-positive: Roots of an mm that are smaller than a page come from a slab cache of their own (pgd_cache, with 52-bit
//   addresses), those of the kernel's own mms too (efi_mm), and are left out here. Where a process has two roots they were
//   taken as one, of which struct page counts the first alone.
// source: arch/arm64/mm/pgd.c pgd_alloc(), pgtable_cache_init()
// source: arch/x86/mm/pgtable.c _pgd_alloc()
// source: mm/page_alloc.c free_pages_prepare()
MATCH (c:Checkpoint)
WITH c, CASE c.page_size WHEN 4096 THEN 12 WHEN 16384 THEN 14 ELSE 16 END AS page_shift
WITH c, 8 * 2 ^ (c.va_bits - page_shift - (c.levels - 1) * (page_shift - 3)) AS root_bytes
MATCH (t:PageTable)
WHERE 'walk' IN t.found_by AND t.frame IN ['free', 'buddy', 'anon', 'shmem', 'file', 'slab']
  AND NOT (t.frame = 'slab' AND root_bytes < c.page_size
    AND (EXISTS { (:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(t) }
      OR EXISTS { (c)-[:POINTS_TO {kind: 'mm'}]->(t) }))
  AND NOT (t.frame = 'free' AND EXISTS { (:MmStruct)-[:POINTS_TO {field: 'user_pgd'}]->(t) })
RETURN t.pa AS pa, t.level AS level, t.va AS va, t.frame AS frame, t.found_by AS found_by
ORDER BY pa
