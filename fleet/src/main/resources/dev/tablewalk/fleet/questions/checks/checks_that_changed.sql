-- id: checks_that_changed
-- title: Guests whose constraints changed since the moment before
-- of: fleet
-- kind: report
-- meaning: Each constraint of which another number of rows was found than one moment earlier, for each two moments that follow each other.
-- column: guest text | the guest
-- column: before text | the earlier moment
-- column: after text | the later one
-- column: captured_at integer | when that was taken, in milliseconds since 1970
-- column: check_id text | the constraint
-- column: severity text | how bad it is
-- column: rows_before integer | its violations at the earlier moment
-- column: rows_after integer | and at the later one
WITH moments AS (
  SELECT c.guest, c.name, c.captured_at, r.check_id, r.severity, r.rows AS rows_after,
    lag(c.name) OVER (PARTITION BY c.guest, r.check_id ORDER BY c.captured_at, c.name) AS name_before,
    lag(r.rows) OVER (PARTITION BY c.guest, r.check_id ORDER BY c.captured_at, c.name) AS rows_before
  FROM checkpoint c JOIN check_result r ON r.guest = c.guest AND r.checkpoint = c.name
  WHERE c.diff_before IS NULL
)
SELECT guest, name_before AS before, name AS after, captured_at, check_id, severity, rows_before, rows_after
FROM moments
WHERE rows_before IS NOT NULL AND rows_before <> rows_after
ORDER BY guest, captured_at, after, check_id
