// id: tables_outside_ram
// title: A table descriptor that points to where there is no RAM
// kind: constraint
// severity: major
// meaning: An entry says that the next table lies at an address at which this guest has no memory. The CPU would read
//   garbage or fault.
// column: table_pa hex | physical address of the table that holds the entry
// column: level text | its level
// column: address text | what the anomaly names
// column: detail text | where the entry points
// identity: level
// accept: by number
// false-positive: The image lacks part of the guest's RAM (see --ram and --incomplete).
// source: Arm ARM D8.3.1 Table descriptors
MATCH (a:Anomaly {kind: 'table_outside_ram'})
OPTIONAL MATCH (a)-[:ABOUT]->(t:PageTable)
RETURN t.pa AS table_pa, t.level AS level, a.address AS address, a.detail AS detail
ORDER BY address
