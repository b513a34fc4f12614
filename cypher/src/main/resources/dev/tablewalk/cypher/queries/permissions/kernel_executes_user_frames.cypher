// id: kernel_executes_user_frames
// title: Memory of a process or a file that the kernel may execute
// kind: constraint
// severity: critical
// meaning: An entry for the kernel's own use allows it to execute pages that struct page has for a process's, or a file's. What
//   keeps the kernel from executing what user mode may access (SMEP, PXN) says nothing here, as user mode may not use this entry.
// column: root text | the kernel's root that leads to it
// column: va hex | address of the first page
// column: pages pages | how many
// column: frame text | what struct page says of the frames
// column: pa hex | physical address of the first page
// identity: root, frame
// accept: by number
// false-positive: None known.
// source: Intel SDM, volume 3A, 4.6.1 Determination of access rights
// source: Arm ARM D8.4 Memory access control, PXN
// source: mm/vmalloc.c module_alloc() and its like take pages that are no process's
MATCH (c:Checkpoint)-[s:POINTS_TO]->(root:PageTable) WHERE s.kind IN ['kernel', 'trampoline']
CALL tw.tables(root) YIELD table AS t, moved
WITH s, t, moved WHERE t.entries_leaf > 0
MATCH (t)-[l:POINTS_TO {kernel_executable: true, user: false}]->(r:PageRange)
WHERE r.frame IN ['anon', 'shmem', 'file'] OR r.frames_anon > 0 OR r.frames_shmem > 0 OR r.frames_file > 0
RETURN s.symbol AS root, l.va + moved AS va, l.pages AS pages, r.frame AS frame, r.pa AS pa
ORDER BY root, va
