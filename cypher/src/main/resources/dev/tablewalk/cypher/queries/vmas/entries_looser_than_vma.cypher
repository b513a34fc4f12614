// id: entries_looser_than_vma
// title: Pages that allow a process more than their VMA does
// kind: constraint
// severity: critical
// meaning: A VMA says what a process may do with a stretch of its memory, and the page table's entries, which the CPU obeys, must
//   not allow more. Here an entry lets the process write, execute or touch at all what its VMA keeps from it: the entry
//   was changed by someone else.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | address of the run's first page
// column: pages pages | the run's
// column: vma text | permissions of the VMA
// column: allows list | what the entry allows and the VMA does not
// column: name text | what the VMA maps
// column: pa hex | physical address of the first page
// identity: comm, vma, allows, name
// false-positive: None known. Address spaces whose mmap_lock was held are left out: mprotect() changes the VMA before its entries.
// source: mm/mmap.c vm_get_page_prot(), vma_set_page_prot()
// source: mm/mprotect.c mprotect_fixup(), change_protection()
// source: mm/memory.c maybe_mkwrite()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) } AND NOT 'mmap_lock' IN coalesce(m.held_locks, [])
CALL tw.leaves(m) YIELD leaf AS l, va, vmas
WITH m, l, va, vmas WHERE l.user
UNWIND vmas AS v
WITH m, l, va, v
WHERE (l.writable AND substring(v.perms, 1, 1) <> 'w') OR (l.executable AND substring(v.perms, 2, 1) <> 'x')
  OR v.perms STARTS WITH '---'
WITH l, endNode(l) AS r, va, v, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, v.perms AS vma,
  CASE WHEN l.writable AND substring(v.perms, 1, 1) <> 'w' THEN ['write'] ELSE [] END
  + CASE WHEN l.executable AND substring(v.perms, 2, 1) <> 'x' THEN ['execute'] ELSE [] END
  + CASE WHEN v.perms STARTS WITH '---' THEN ['access'] ELSE [] END AS allows,
  v.name AS name, r.pa AS pa
ORDER BY pid, va
