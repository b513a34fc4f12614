// id: vma_count
// title: A process whose VMAs are not as many as the kernel counts
// kind: constraint
// severity: major
// meaning: The kernel keeps the number of each address space's VMAs. Those that its tree holds are not as many: one was taken out
//   of the tree, or put into it, behind the kernel's back.
// column: mm text | the address space
// column: pid integer | a process that has it
// column: comm text | that process's name
// column: kernel integer | VMAs by the kernel's count
// column: counted integer | VMAs found
// identity: comm
// false-positive: None known. Left out are address spaces without users, whose VMAs are gone, and those whose mmap_lock was held:
//   a guest may be stopped inside mmap() or munmap().
// source: mm/mmap.c vma_link(), remove_vma()
MATCH (m:MmStruct)
WHERE m.mm_users > 0 AND NOT 'mmap_lock' IN coalesce(m.held_locks, [])
  AND any(way IN m.found_by WHERE way IN ['task', 'scan'])
  AND EXISTS { (m)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable) WHERE NOT EXISTS { (:Checkpoint)-[:POINTS_TO]->(root) } }
OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma)
WITH m, count(v) AS counted
WHERE counted <> m.map_count
WITH m, counted, tw.owner(m) AS k
RETURN m.address AS mm, k.tgid AS pid, k.name AS comm, m.map_count AS kernel, counted
ORDER BY pid
