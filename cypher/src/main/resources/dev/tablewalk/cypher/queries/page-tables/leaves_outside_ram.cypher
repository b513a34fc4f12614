// id: leaves_outside_ram
// title: An entry that maps normal memory where there is no RAM
// kind: constraint
// severity: major
// meaning: An entry maps, with the attributes of ordinary memory, physical addresses at which this guest has none.
//   Devices lie outside RAM too, but are mapped with device attributes.
// column: table_pa hex | physical address of the table that holds the entry
// column: level text | its level
// column: field text | which entry
// column: detail text | what it holds, and how many others of the table do the same
// identity: level
// accept: by number
// false-positive: The image lacks part of the guest's RAM (see --ram and --incomplete).
// false-positive: Drivers may map memory of a device as normal memory: frame buffers, persistent memory, shared memory
//   of the hypervisor.
// false-positive: The kernel maps tables of firmware (ACPI) as normal memory. LiME, AVML and /proc/vmcore leave them out.
// source: arch/arm64/include/asm/pgtable-prot.h
MATCH (a:Anomaly {kind: 'leaf_outside_ram'})
OPTIONAL MATCH (a)-[:ABOUT]->(t:PageTable)
RETURN t.pa AS table_pa, t.level AS level, a.field AS field, a.detail AS detail
ORDER BY table_pa
