-- id: frame_owner_over_time
-- title: Who mapped a frame, moment by moment
-- of: fleet
-- kind: report
-- meaning: Each process that maps one physical page of a guest, at each of its moments; a moment at which none does has a row without one.
-- param: guest text | the guest
-- param: pa integer | a physical address, of any byte of the page
-- column: moment text | the checkpoint
-- column: captured_at integer | when it was taken, in milliseconds since 1970
-- column: pid integer | the process
-- column: comm text | its name
-- column: vma text | what it has mapped there
-- column: va hex | address at which the page appears
-- column: writable boolean | whether it can be written
WITH moments AS (
  SELECT c.name, c.captured_at, c.page_size, p.pa - p.pa % c.page_size AS pa
  FROM checkpoint c JOIN parameter p ON p.guest = c.guest
  WHERE c.diff_before IS NULL
), owned AS (
  SELECT m.name, g.pid, g.comm, g.vma, g.va + (m.pa - g.pa) AS va, g.writable
  FROM moments m JOIN mapping g ON g.checkpoint = m.name
    JOIN parameter p ON p.guest = g.guest
  WHERE g.pa <= m.pa AND m.pa < g.pa + g.pages * m.page_size
)
SELECT m.name AS moment, m.captured_at, o.pid, o.comm, o.vma, o.va, o.writable
FROM moments m LEFT JOIN owned o ON o.name = m.name
ORDER BY m.captured_at, moment, o.pid, o.va
