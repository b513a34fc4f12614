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
// false-positive: A guest stopped inside mprotect(), which changes the VMA before its entries.
// source: mm/mprotect.c change_pte_range(), change_prot_numa()
// source: mm/mmap.c vm_get_page_prot()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
MATCH (root)-[way:POINTS_TO*0..4]->(t:PageTable) WHERE t.entries_leaf > 0
WITH c.page_size AS page, m, t, tw.moved(way) AS moved
MATCH (t)-[l:POINTS_TO]->(:PageRange)
// Entries of a table that allow the same are looked at one by one only where some VMA in their midst allows more.
WITH page, m, t, moved, l.executable AS executable, l.user AND l.valid AS accessible, moved + min(l.va) AS low,
  moved + max(l.va + l.pages * page) AS high, collect(l) AS leaves
MATCH (m)-[:HAS_VMA]->(v:Vma)
WHERE v.start < high AND v.end > low
  AND ((NOT executable AND substring(v.perms, 2, 1) = 'x')
    OR (NOT accessible AND (v.perms STARTS WITH 'r' OR substring(v.perms, 1, 1) = 'w')))
UNWIND leaves AS l
WITH page, m, v, l, endNode(l) AS r, moved + l.va AS va
WHERE va < v.end AND va + l.pages * page > v.start
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH m, v, l, r, va, k ORDER BY k.pid
WITH m, v, l, r, va, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, v.perms AS vma,
  CASE WHEN NOT l.executable AND substring(v.perms, 2, 1) = 'x' THEN ['execute'] ELSE [] END
  + CASE WHEN NOT (l.user AND l.valid) THEN ['access'] ELSE [] END AS forbids,
  v.name AS name, r.pa AS pa
ORDER BY pid, va
