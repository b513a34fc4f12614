-- id: largest_growth
-- title: Processes that grew most
-- of: fleet
-- kind: report
-- meaning: Processes that are there at the first and at the last moment of a boot of a guest, by how many more pages they have present.
-- column: guest text | the guest
-- column: pid integer | the process
-- column: comm text | its name at the last moment
-- column: before text | the first moment
-- column: after text | the last
-- column: pages_before integer | present at the first
-- column: pages_after integer | and at the last
-- column: growth integer | pages more
WITH ends AS (
  SELECT guest, boot_id, min(captured_at) AS first_at, max(captured_at) AS last_at
  FROM checkpoint WHERE diff_before IS NULL
  GROUP BY guest, boot_id
  HAVING min(captured_at) < max(captured_at)
), used AS (
  SELECT m.guest, m.checkpoint, m.pid, sum(m.pages) AS pages FROM mapping m WHERE m.pid IS NOT NULL
  GROUP BY m.guest, m.checkpoint, m.pid
), sizes AS (
  SELECT c.guest, c.boot_id, c.captured_at, c.name, t.pid, t.start_time, t.comm, u.pages
  FROM checkpoint c JOIN task t ON t.guest = c.guest AND t.checkpoint = c.name AND t.pid = t.tgid
    JOIN used u ON u.guest = c.guest AND u.checkpoint = c.name AND u.pid = t.pid
  WHERE c.diff_before IS NULL
)
SELECT e.guest, b.pid, b.comm, a.name AS before, b.name AS after, a.pages AS pages_before, b.pages AS pages_after,
  b.pages - a.pages AS growth
FROM ends e JOIN sizes a ON a.guest = e.guest AND a.boot_id = e.boot_id AND a.captured_at = e.first_at
  JOIN sizes b ON b.guest = e.guest AND b.boot_id = e.boot_id AND b.captured_at = e.last_at
    AND b.pid = a.pid AND b.start_time = a.start_time
WHERE b.pages > a.pages
ORDER BY growth DESC, e.guest, b.pid, a.name
LIMIT 1000
