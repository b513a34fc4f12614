// id: tables_mapped_to_user
// title: A page table that a process can reach as memory
// kind: constraint
// severity: critical
// meaning: The frame of a page table is mapped into the address space of a process. If the process can write there, it
//   can map any physical memory to itself; if it can only read, it still learns where everything lies.
// column: table_pa hex | physical address of the table
// column: level text | the table's level
// column: pid integer | the process
// column: comm text | its name
// column: va hex | user address at which the table appears
// column: writable boolean | whether the process can write it
// identity: level, comm, writable
// false-positive: None known.
// source: mm/memory.c validate_page_before_insert()
MATCH (t:PageTable)-[:LIES_IN]->(r:PageRange)
WHERE NOT t:Candidate
MATCH (r)<-[l:POINTS_TO {user: true}]-(by:PageTable)
OPTIONAL CALL (by) {
  CALL tw.places(by) YIELD origin, moved
  WITH origin, moved WHERE origin:MmStruct
  RETURN origin AS m, moved
}
WITH t, r, l, l.va + coalesce(moved, 0) AS va, tw.owner(m) AS k
RETURN t.pa AS table_pa, t.level AS level, k.tgid AS pid, k.name AS comm,
  va + t.pa - r.pa AS va, l.writable AS writable
ORDER BY table_pa, pid
