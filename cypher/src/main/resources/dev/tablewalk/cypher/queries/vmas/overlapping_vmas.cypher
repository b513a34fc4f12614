// id: overlapping_vmas
// title: VMAs of one address space that overlap
// kind: constraint
// severity: critical
// meaning: The virtual memory areas of a process divide its addresses: each address belongs to
//   at most one. Two that overlap give an address two owners, so that what is done to the one
//   is not seen in the other. The tree they are kept in is damaged, or somebody changed it.
// column: mm text | kernel address of the mm_struct
// column: start hex | where the first begins
// column: end hex | where the first ends
// column: name text | what the first maps
// column: other_start hex | where the second begins
// column: other_name text | what the second maps
// false-positive: an image that was taken while the guest ran
// source: mm/mmap.c vma_link(), lib/maple_tree.c
MATCH (m:MmStruct)-[:HAS_VMA]->(v:Vma)
WITH m, v ORDER BY v.start, v.end
WITH m, collect(v) AS vmas
UNWIND range(0, size(vmas) - 2) AS i
WITH m, vmas[i] AS a, vmas[i + 1] AS b
WHERE b.start < a.end
RETURN m.address AS mm, a.start AS start, a.end AS end, a.name AS name,
       b.start AS other_start, b.name AS other_name
ORDER BY mm, start
