// id: reserved_descriptors
// title: An entry that means nothing at its level
// kind: constraint
// severity: major
// meaning: The architecture does not define what this entry means at this level, such as a large block where no block
//   may be. The kernel never writes one: the table was overwritten, or is not a table.
// column: table_pa hex | physical address of the table that holds the entry
// column: level text | its level
// column: field text | which entry
// column: detail text | what it holds, and how many others of the table are such
// identity: level
// accept: by number
// false-positive: None known.
// source: Arm ARM D8.3.1 Translation table descriptor formats
MATCH (a:Anomaly {kind: 'reserved_descriptor'})
OPTIONAL MATCH (a)-[:ABOUT]->(t:PageTable)
RETURN t.pa AS table_pa, t.level AS level, a.field AS field, a.detail AS detail
ORDER BY table_pa
