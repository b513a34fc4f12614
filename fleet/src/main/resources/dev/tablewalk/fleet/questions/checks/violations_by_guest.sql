-- id: violations_by_guest
-- title: Which guests violate which constraints
-- of: fleet
-- kind: report
-- meaning: Of each guest and constraint that does not hold in one of its moments, in how many, and how many violations there are in all.
-- column: guest text | the guest
-- column: check_id text | the constraint
-- column: severity text | how bad it is
-- column: moments integer | in how many of the guest's moments it does not hold
-- column: violations integer | of all these moments
SELECT guest, check_id, severity, count(*) AS moments, sum(rows) AS violations
FROM check_result
WHERE state = 'failed'
GROUP BY guest, check_id, severity
ORDER BY guest, check_id
