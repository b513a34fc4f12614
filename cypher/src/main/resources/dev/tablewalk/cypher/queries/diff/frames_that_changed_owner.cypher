// id: frames_that_changed_owner
// title: Frames that one process had before and another has after
// kind: report
// of: diff
// meaning: A frame that a process mapped before and does not map after, that another maps now, and that nobody has mapped
//   all along. What the one left in it the other may have been given: the kernel clears frames that it hands out, and
//   this says where to look whether it did. Frames that hold a file on both sides are left out: who maps those matters little.
// column: pa hex | the first frame
// column: pages pages | how many
// column: from_pid integer | the process that had it
// column: from_comm text | its name
// column: from_va hex | where it was mapped
// column: to_pid integer | the process that has it
// column: to_comm text | its name
// column: to_va hex | where it is mapped
// source: mm/page_alloc.c post_alloc_hook()
MATCH (:PageTable)-[gone:POINTS_TO {fate: 'removed', user: true}]->(r:PageRange)<-[come:POINTS_TO {fate: 'added', user: true}]-(:PageTable)
WHERE NOT (coalesce(r.before_frame, r.frame, '') IN ['file', 'shmem'] AND coalesce(r.frame, '') IN ['file', 'shmem'])
  AND NOT EXISTS { (r)<-[kept:POINTS_TO {user: true}]-() WHERE kept.fate IS NULL OR kept.fate = 'changed' }
WITH DISTINCT r, gone, come, startNode(gone) AS t, startNode(come) AS u
CALL (t) { CALL tw.places(t) YIELD origin RETURN collect(DISTINCT origin) AS had }
CALL (u) { CALL tw.places(u) YIELD origin RETURN collect(DISTINCT origin) AS have }
UNWIND had AS m
UNWIND have AS n
WITH r, gone, come, m, n WHERE m:MmStruct AND n:MmStruct AND n <> m
MATCH (a:Task)-[:POINTS_TO {field: 'mm'}]->(m) WHERE a.pid = a.tgid
MATCH (b:Task)-[:POINTS_TO {field: 'mm'}]->(n) WHERE b.pid = b.tgid AND b <> a
RETURN DISTINCT r.pa AS pa, r.pages AS pages, a.pid AS from_pid, a.comm AS from_comm, gone.va AS from_va,
  b.pid AS to_pid, b.comm AS to_comm, come.va AS to_va
ORDER BY pages DESC, pa, from_pid, to_pid
