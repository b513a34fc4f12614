// id: kernel_memory_mapped_to_user
// title: Memory of the kernel's allocators that a process maps
// kind: constraint
// severity: critical
// meaning: These pages are the slab allocator's, or free, and yet a process has them in its address space. What the kernel
//   keeps there, now or next, the process can read, and write if the entry lets it.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | where it maps them
// column: pages pages | how many
// column: writable boolean | whether it may write to them
// column: frame text | what struct page says of them
// column: pa hex | physical address of the first page
// identity: comm, writable, frame
// false-positive: A mapping of /dev/mem, on kernels built without CONFIG_STRICT_DEVMEM.
// source: mm/slub.c allocate_slab(); mm/page_alloc.c free_unref_page()
MATCH (r:PageRange)
WHERE r.frame IN ['slab', 'buddy', 'free'] OR r.frames_slab > 0 OR r.frames_buddy > 0 OR r.frames_free > 0
MATCH (r)<-[l:POINTS_TO {user: true}]-(t:PageTable)
OPTIONAL CALL (t) {
  CALL tw.places(t) YIELD origin, moved
  WITH origin, moved WHERE origin:MmStruct
  RETURN origin AS m, moved
}
WITH r, l, l.va + coalesce(moved, 0) AS va, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, l.writable AS writable, r.frame AS frame, r.pa AS pa
ORDER BY pid, va
