// id: swap_by_process
// title: Swapped memory by process
// kind: report
// meaning: Pages that a process has and that are not in RAM now, by the entries that its page tables hold for them, beside what
//   the kernel counts. Entries of that form that mean something else, such as a guard or a page on its way to another place
//   (MARKED_AS), are no swap. Shared memory that is swapped out leaves no entry.
// column: pid integer | the process
// column: comm text | its name
// column: type integer | number of the swap area
// column: entries integer | pages that entries stand for
// column: bytes bytes | the same in bytes
// column: kernel pages | all of the process's swapped pages by the kernel's counter
// source: include/linux/swapops.h is_swap_pte(), non_swap_entry()
// source: include/linux/swap.h MAX_SWAPFILES
MATCH (c:Checkpoint)
MATCH (t:PageTable)-[l:SWAPPED_TO]->(s:SwapRange)
WITH c.page_size AS page, t, s.type AS type, sum(l.pages) AS pages
CALL tw.places(t) YIELD origin AS m
WITH page, m, type, pages WHERE m:MmStruct
WITH page, m, type, sum(pages) AS pages
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH page, m, type, pages, k ORDER BY k.pid
WITH page, m, type, pages, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, type, pages AS entries, pages * page AS bytes, m.swap_pages AS kernel
ORDER BY bytes DESC, pid, type
