// id: unmarked_kernel_tables
// title: Page tables of the kernel that it has not marked
// kind: constraint
// severity: major
// meaning: This kernel marks the tables of its own address space in struct page, at this level, and this one that is
//   in use bears no mark: it was not made the way all the others were. Tables of early boot lie in reserved frames
//   and never get a mark, nor do those of the kernel's special roots, nor those that many kernels make for memory
//   that is added later (PageTable.hotplug): none of these is looked at.
// column: pa hex | physical address of the table
// column: level text | its level
// column: va hex | first address that it covers
// column: root text | the root that leads to it
// column: frame text | what struct page says of the frame
// identity: level, root, frame
// accept: by number
// source: arch/arm64/mm/mmu.c pgd_pgtable_alloc_init_mm(), early_pgtable_alloc(), arch_add_memory()
// source: mm/sparse-vmemmap.c vmemmap_populate_address()
// source: mm/memory.c __pte_alloc_kernel()
MATCH (c:Checkpoint)
MATCH (t:PageTable {marked: false})
WHERE 'walk' IN t.found_by AND 'kernel ' + t.level IN c.marked_levels AND t.frame <> 'reserved' AND t.hotplug IS NULL
CALL tw.places(t) YIELD pointer AS s, moved
WITH t, s, moved WHERE s.kind = 'kernel'
  AND NOT EXISTS { MATCH (g:Region {special: true}) WHERE g.start <= t.va + moved AND t.va + moved < g.end }
RETURN t.pa AS pa, t.level AS level, t.va + moved AS va, min(s.symbol) AS root, t.frame AS frame
ORDER BY pa
