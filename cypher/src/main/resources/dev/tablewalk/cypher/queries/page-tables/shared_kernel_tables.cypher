// id: shared_kernel_tables
// title: A table that two trees of the kernel share
// kind: constraint
// severity: major
// meaning: The kernel has several root tables: the main one, and small ones for entering it, for switching address
//   spaces and for firmware. On this architecture none of them shares a lower table with another, and none has one
//   twice. This table can be reached on two ways, so what is changed in one place changes in another.
// column: pa hex | physical address of the table
// column: level text | its level
// column: roots list | the roots that lead to it
// column: parents integer | entries that point to it
// identity: level, roots
// accept: by number
// false-positive: None known on arm64.
// source: arch/arm64/mm/mmu.c map_entry_trampoline(), create_idmap()
// source: arch/arm64/mm/kasan_init.c kasan_init_shadow()
// source: arch/arm64/include/asm/mmu_context.h cpu_set_reserved_ttbr0()
MATCH (c:Checkpoint)-[s:POINTS_TO]->(root:PageTable) WHERE s.kind <> 'alias'
CALL tw.tables(root) YIELD table AS t
WITH t, count(*) AS ways, collect(DISTINCT s.symbol) AS roots
WHERE ways > 1
// Only where the ways meet; what lies below follows.
WITH t, roots, COUNT { (t)<-[:POINTS_TO]-(:PageTable) } AS parents, COUNT { (t)<-[:POINTS_TO]-(:Checkpoint) } AS symbols
// KASAN maps what it does not need by one table of each level, whose entries all lead to the next one, and the last's to one
// page, which cannot be written.
WHERE parents + symbols > 1
  AND (symbols > 0 OR EXISTS { (t)<-[p:POINTS_TO]-(:PageTable)
    WHERE NOT EXISTS { MATCH (g:Region {special: true}) WHERE g.start <= p.va AND p.va < g.end } })
  AND NOT (coalesce(t.frame, 'reserved') = 'reserved'
  AND COUNT { MATCH (t)-[:POINTS_TO]->(below) RETURN DISTINCT below } = 1
  AND NOT EXISTS { (t)-[l:POINTS_TO]->(:PageRange) WHERE l.writable OR l.user OR l.executable OR l.kernel_executable })
RETURN t.pa AS pa, t.level AS level, roots, parents
ORDER BY pa
