// id: orphan_tables
// title: Page tables that nothing reaches
// kind: constraint
// severity: major
// meaning: The kernel notes in struct page which frames hold page tables. This one is noted as a table, and
//   yet no root leads to it: not the kernel's own, and not that of any address space found. Either a pointer to it was
//   cut, so that memory of a process went missing, or it is part of an address space that was hidden. The empty
//   tables that the kernel keeps aside, one for each huge page, so that it can split them, are known and left out.
// column: pa hex | physical address of the table
// column: level text | level that its content speaks for
// column: tables integer | entries that point to a table
// column: leaves integer | entries that map memory
// column: nonpresent integer | swap entries and their like
// column: frame text | what struct page says of the frame
// identity: level, frame
// accept: by number
// false-positive: An address space that no task has yet or any more, in the middle of fork(), execve() or the last
//   mmput(), is alive and not reached; neither is the table that a page fault has taken and not put into place yet.
// false-positive: Drivers may mark tables that the CPU's roots never reach, such as those of an IOMMU or a guest
//   of this guest, on kernels that give them the same mark.
// source: include/linux/mm.h pagetable_pte_ctor(), __pagetable_ctor(), __SetPageTable()
// source: mm/pgtable-generic.c pgtable_trans_huge_deposit()
// source: mm/memory.c free_pgtables(), free_pte_range()
MATCH (t:PageTable)
WHERE 'struct_page' IN t.found_by AND NOT 'walk' IN t.found_by AND NOT 'deposit' IN t.found_by
RETURN t.pa AS pa, t.level AS level, t.entries_table AS tables, t.entries_leaf AS leaves,
  t.entries_nonpresent AS nonpresent, t.frame AS frame
ORDER BY pa
