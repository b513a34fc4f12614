-- id: equal_frames
-- title: Frames of equal content in several guests
-- of: fleet
-- kind: report
-- meaning: Contents that frames of more than one guest have at their last moments, by how many frames have them; of checkpoints that were
--    ingested with --hash. That of a frame of zeroes is the first, as a rule.
-- param: least integer = 2 | guests that must have it
-- column: hash hex | of the content
-- column: guests integer | that have such a frame
-- column: frames integer | of all these guests
WITH last AS (
  SELECT guest, max(captured_at) AS captured_at FROM checkpoint WHERE hashed AND diff_before IS NULL GROUP BY guest
), moments AS (
  SELECT c.guest, max(c.name) AS name
  FROM checkpoint c JOIN last l ON l.guest = c.guest AND l.captured_at = c.captured_at
  WHERE c.hashed AND c.diff_before IS NULL
  GROUP BY c.guest
)
SELECT f.hash, count(DISTINCT f.guest) AS guests, count(*) AS frames
FROM moments m JOIN frame_hash f ON f.guest = m.guest AND f.checkpoint = m.name
GROUP BY f.hash
HAVING count(DISTINCT f.guest) >= (SELECT least FROM parameter)
ORDER BY frames DESC, f.hash
LIMIT 1000
