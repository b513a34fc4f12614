// id: table_cycles
// title: Page tables that lead back to themselves, or serve at two levels
// kind: constraint
// severity: critical
// meaning: A tree of page tables goes down by one level with every pointer. Here one table is reached at two different
//   levels, which every cycle leads to. Through such a loop a process can read and write page tables as if they were
//   its own memory.
// column: table_pa hex | physical address of the table
// column: level text | the level at which it was reached first
// column: address text | what the anomaly names
// column: detail text | at which level it was reached again, and from where
// identity: level
// accept: by number
// false-positive: Some systems map their own page tables on purpose through such an entry; Linux on arm64 does not.
// source: arch/arm64/include/asm/pgtable-hwdef.h
MATCH (a:Anomaly {kind: 'table_at_two_levels'})
OPTIONAL MATCH (a)-[:ABOUT]->(t:PageTable)
RETURN t.pa AS table_pa, t.level AS level, a.address AS address, a.detail AS detail
ORDER BY address
