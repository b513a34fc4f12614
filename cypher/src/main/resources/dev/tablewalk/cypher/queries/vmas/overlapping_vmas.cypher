// id: overlapping_vmas
// title: VMAs of one address space that overlap, or are empty
// kind: constraint
// severity: critical
// meaning: A VMA describes a stretch of a process's addresses: what lies there, and what the process may do with it. No address
//   can be in two. Here one begins before the one below it ends, or ends before it begins.
// column: mm text | the address space
// column: pid integer | a process that has it
// column: comm text | that process's name
// column: start hex | the lower VMA's first address
// column: end hex | address behind its last
// column: next_start hex | the next VMA's first address; none if the VMA is empty
// column: name text | what the lower one maps
// identity: comm, name
// false-positive: None known.
// source: mm/vma.c vma_link(), or mm/mmap.c __vma_link()
// source: mm/mmap.c validate_mm()
MATCH (m:MmStruct)-[:HAS_VMA]->(v:Vma)
WITH m, v ORDER BY v.start
WITH m, collect(v) AS vmas
UNWIND range(0, size(vmas) - 1) AS i
WITH m, vmas[i] AS v, vmas[i + 1] AS next
WHERE v.end > next.start OR v.end <= v.start
WITH DISTINCT m, v, next, tw.owner(m) AS k
RETURN m.address AS mm, k.tgid AS pid, k.name AS comm, v.start AS start, v.end AS end,
  CASE WHEN v.end > next.start THEN next.start END AS next_start, v.name AS name
ORDER BY pid, start
