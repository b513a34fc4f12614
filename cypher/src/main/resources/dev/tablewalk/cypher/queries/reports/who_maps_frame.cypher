// id: who_maps_frame
// title: Which processes map a physical page
// kind: report
// meaning: Each row is a virtual address at which a process maps the page that the physical
//   address lies in, and what the mapping allows. A page that several processes map is shared:
//   a file's page, memory made with MAP_SHARED, or a page that fork() left for both.
// param: pa integer | a physical address, of any byte of the page
// column: pid integer | the process
// column: comm text | its name
// column: va hex | where it maps the page that holds the address
// column: writable boolean | whether the process may write to it there
// column: executable boolean | whether the process may execute it there
// source: mm/rmap.c rmap_walk()
MATCH (c:Checkpoint)
MATCH (r:PageRange) WHERE r.pa <= $pa AND $pa < r.pa + r.pages * c.page_size
MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(:MmStruct)-[:POINTS_TO*1..5]->(:PageTable)
      -[l:POINTS_TO]->(r)
WHERE t.pid = t.tgid
RETURN t.pid AS pid, t.comm AS comm, l.va + ($pa - r.pa) / c.page_size * c.page_size AS va,
       l.writable AS writable, l.executable AS executable
ORDER BY pid, va
