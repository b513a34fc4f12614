-- id: anomalies_and_torn_moments
-- title: Anomalies, and moments that are torn
-- of: fleet
-- kind: report
-- meaning: Of each moment that has any, its anomalies by kind. An image of no one moment has the kind torn among them.
-- column: guest text | the guest
-- column: moment text | the checkpoint
-- column: captured_at integer | when it was taken, in milliseconds since 1970
-- column: kind text | what kind of anomaly
-- column: anomalies integer | how many of it
SELECT c.guest, c.name AS moment, c.captured_at, a.kind, count(*) AS anomalies
FROM checkpoint c JOIN anomaly a ON a.guest = c.guest AND a.checkpoint = c.name
WHERE c.diff_before IS NULL
GROUP BY c.guest, c.name, c.captured_at, a.kind
ORDER BY c.guest, c.captured_at, moment, a.kind
