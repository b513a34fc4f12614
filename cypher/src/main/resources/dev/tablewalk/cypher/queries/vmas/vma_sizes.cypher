// id: vma_sizes
// title: A process whose VMAs are not as large as the kernel counts
// kind: constraint
// severity: major
// meaning: The kernel keeps the sum of the sizes of each address space's VMAs. It is not the sum of those that were found: one was
//   stretched, shortened, taken out or put in behind the kernel's back.
// column: mm text | the address space
// column: pid integer | a process that has it
// column: comm text | that process's name
// column: kernel pages | by the kernel's count
// column: counted pages | of the VMAs found
// identity: comm
// false-positive: None known. Left out are address spaces without users, whose VMAs are gone, and those whose mmap_lock was held:
//   a guest may be stopped inside mmap() or munmap().
// source: mm/mmap.c vm_stat_account()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)
WHERE m.mm_users > 0 AND NOT 'mmap_lock' IN coalesce(m.held_locks, [])
  AND any(way IN m.found_by WHERE way IN ['task', 'scan'])
  AND EXISTS { (m)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable) WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) } }
OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma)
WITH m, c.page_size AS page, sum(v.end - v.start) AS bytes
WITH m, bytes / page AS counted
WHERE counted <> m.total_vm
WITH m, counted, tw.owner(m) AS k
RETURN m.address AS mm, k.tgid AS pid, k.name AS comm, m.total_vm AS kernel, counted
ORDER BY pid
