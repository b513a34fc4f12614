// id: vma_fuller_than_it_is
// title: A VMA with more pages present than it has
// kind: constraint
// severity: critical
// meaning: The page tables map more pages into this VMA than fit into it: some tables are reached twice.
// column: pid integer | the process
// column: comm text | its name
// column: start hex | first address
// column: end hex | address behind the last
// column: present pages | pages that the page tables map in it
// column: size pages | pages that it can hold
// column: name text | what it maps
// false-positive: None known.
// source: mm/memory.c copy_page_range(), unmap_page_range()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:HAS_VMA]->(v:Vma)
WHERE v.pages_present * c.page_size > v.end - v.start
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH c, m, v, k ORDER BY k.pid
WITH c, m, v, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, v.start AS start, v.end AS end, v.pages_present AS present,
  (v.end - v.start) / c.page_size AS size, v.name AS name
ORDER BY pid, start
