// id: entries_tighter_than_vma
// title: Pages that keep a process from what their VMA allows
// kind: constraint
// severity: minor
// meaning: The VMA lets the process read or execute here, and the page table's entry does not. Entries that may not be written
//   though the VMA says so are normal and not shown: so the kernel notices the first write, to copy or to count it. For
//   reading and executing it has no such use.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | address of the run's first page
// column: pages pages | the run's
// column: vma text | permissions of the VMA
// column: forbids list | what the VMA allows and the entry does not
// column: name text | what the VMA maps
// column: pa hex | physical address of the first page
// identity: comm, vma, forbids, name
// false-positive: With several NUMA nodes the kernel makes pages inaccessible for a while to see who uses them (NUMA balancing).
//   Address spaces whose mmap_lock was held are left out: mprotect() changes the VMA before its entries.
// source: mm/mprotect.c change_pte_range(), change_prot_numa()
// source: mm/mmap.c vm_get_page_prot()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) } AND NOT 'mmap_lock' IN coalesce(m.held_locks, [])
CALL tw.leaves(m) YIELD leaf AS l, va, vmas
WITH m, l, va, vmas WHERE NOT (l.executable AND l.user AND l.valid)
UNWIND vmas AS v
WITH m, l, va, v
WHERE (NOT l.executable AND substring(v.perms, 2, 1) = 'x')
  OR (NOT (l.user AND l.valid) AND (v.perms STARTS WITH 'r' OR substring(v.perms, 1, 1) = 'w'))
WITH l, endNode(l) AS r, va, v, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, v.perms AS vma,
  CASE WHEN NOT l.executable AND substring(v.perms, 2, 1) = 'x' THEN ['execute'] ELSE [] END
  + CASE WHEN NOT (l.user AND l.valid) THEN ['access'] ELSE [] END AS forbids,
  v.name AS name, r.pa AS pa
ORDER BY pid, va
