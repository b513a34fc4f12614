// id: pages_outside_vmas
// title: Pages of a process that lie outside all of its VMAs
// kind: constraint
// severity: critical
// meaning: The process's page tables map memory at addresses of which the kernel has no record. /proc/PID/maps does not show them,
//   and the kernel would neither unmap nor count them: they were put there behind its back.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | address of the run's first page
// column: pages pages | the run's
// column: outside pages | those of them outside every VMA
// column: writable boolean | whether they can be written
// column: executable boolean | whether they can be executed
// column: pa hex | physical address of the first page
// identity: comm, writable, executable
// false-positive: A guest stopped inside exit(). munmap() takes the VMA away before its pages too, but holds mmap_lock: address spaces
//   of which somebody did are left out.
// source: mm/mmap.c unmap_region(), or mm/vma.c vms_clear_ptes()
// source: mm/memory.c unmap_page_range()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) } AND NOT 'mmap_lock' IN coalesce(m.held_locks, [])
CALL tw.leaves(m) YIELD leaf AS l, va, outside
WITH m, l, va, outside WHERE outside > 0
WITH l, endNode(l) AS r, va, outside, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, outside, l.writable AS writable,
  l.executable AS executable, r.pa AS pa
ORDER BY pid, va
