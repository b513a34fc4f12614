// id: unmarked_user_tables
// title: Page tables of processes that the kernel has not marked
// kind: constraint
// severity: critical
// meaning: When the kernel makes a page table for a process, it marks the frame as one in struct page. This table is
//   in use, at a level where this kernel marks all the others, and bears no mark: the kernel did not put it there.
//   Whoever can forge page tables can map any memory anywhere.
// column: pa hex | physical address of the table
// column: level text | its level
// column: va hex | first user address that it covers
// column: pid integer | a process that uses it
// column: comm text | that process's name
// column: frame text | what struct page says of the frame
// identity: level, comm, frame
// false-positive: None known; the levels that a kernel marks are learnt from the majority of its tables.
// source: include/linux/mm.h pagetable_pte_ctor(), pagetable_pmd_ctor()
// source: arch/arm64/include/asm/pgalloc.h pmd_alloc_one(), pud_alloc_one()
MATCH (c:Checkpoint)
MATCH (t:PageTable {marked: false})
WHERE 'walk' IN t.found_by AND 'user ' + t.level IN c.marked_levels
CALL tw.places(t) YIELD origin AS m, pointer, moved
WITH c, t, m, moved, endNode(pointer) AS root
WHERE m:MmStruct AND NOT EXISTS { (c)-[:POINTS_TO]->(root) }
WITH t, t.va + moved AS va, tw.owner(m) AS k
RETURN t.pa AS pa, t.level AS level, va, k.tgid AS pid, k.name AS comm, t.frame AS frame
ORDER BY pa, pid
