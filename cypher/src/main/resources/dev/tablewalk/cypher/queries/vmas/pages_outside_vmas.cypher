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
// false-positive: A guest stopped inside munmap() or exit(), which takes the VMA away before its pages.
// source: mm/mmap.c unmap_region(), or mm/vma.c vms_clear_ptes()
// source: mm/memory.c unmap_page_range()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
MATCH (root)-[way:POINTS_TO*0..4]->(t:PageTable) WHERE t.entries_leaf > 0
WITH c.page_size AS page, m, t, tw.moved(way) AS moved
MATCH (t)-[l:POINTS_TO]->(r:PageRange)
// One table spans few VMAs: those are found once for all its entries.
WITH page, m, t, moved, moved + min(l.va) AS low, moved + max(l.va + l.pages * page) AS high, collect([l, r]) AS leaves
OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma) WHERE v.start < high AND v.end > low
WITH page, m, moved, leaves, collect(CASE WHEN v IS NOT NULL THEN [v.start, v.end] END) AS vmas
UNWIND leaves AS leaf
WITH page, m, vmas, leaf[0] AS l, leaf[1] AS r, moved + leaf[0].va AS va
WITH m, l, r, va, l.pages - reduce(bytes = 0, v IN vmas | bytes + CASE
    WHEN v[0] >= va + l.pages * page OR v[1] <= va THEN 0
    ELSE CASE WHEN v[1] < va + l.pages * page THEN v[1] ELSE va + l.pages * page END
      - CASE WHEN v[0] > va THEN v[0] ELSE va END
  END) / page AS outside
WHERE outside > 0
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH m, l, r, va, outside, k ORDER BY k.pid
WITH m, l, r, va, outside, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, outside, l.writable AS writable,
  l.executable AS executable, r.pa AS pa
ORDER BY pid, va
