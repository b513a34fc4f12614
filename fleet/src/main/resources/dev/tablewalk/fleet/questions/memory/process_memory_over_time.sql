-- id: process_memory_over_time
-- title: Memory of a process, moment by moment
-- of: fleet
-- kind: report
-- meaning: What the processes of a name have mapped and present at each moment of each guest.
-- param: comm text | the processes' name
-- column: guest text | the guest
-- column: moment text | the checkpoint
-- column: captured_at integer | when it was taken, in milliseconds since 1970
-- column: pid integer | the process
-- column: pages integer | present in its VMAs
-- column: writable integer | of them, those that can be written
SELECT c.guest, c.name AS moment, c.captured_at, m.pid, sum(m.pages) AS pages,
  sum(CASE WHEN m.writable THEN m.pages ELSE 0 END) AS writable
FROM checkpoint c JOIN mapping m ON m.guest = c.guest AND m.checkpoint = c.name
  JOIN parameter p ON p.comm = m.comm
WHERE c.diff_before IS NULL AND m.pid IS NOT NULL
GROUP BY c.guest, c.name, c.captured_at, m.pid
ORDER BY c.guest, c.captured_at, moment, m.pid
