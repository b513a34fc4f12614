-- id: tables_on_one_guest
-- title: Page tables of the kernel that one guest alone has
-- of: fleet
-- kind: report
-- meaning: Tables for addresses in a region of the kernel's that say something that no other guest with this build of the kernel says at
--    that place. Only builds that more than one guest runs are looked at, and the last moment of each guest.
-- column: kernel_build_id text | the build
-- column: guest text | the guest
-- column: moment text | its checkpoint
-- column: region text | of the kernel's address space
-- column: level text | of the table
-- column: place hex | bytes from the region's start
-- column: entries integer | that it has
WITH last AS (
  SELECT guest, max(captured_at) AS captured_at FROM checkpoint WHERE diff_before IS NULL GROUP BY guest
), moments AS (
  SELECT c.guest, max(c.name) AS name, c.kernel_build_id
  FROM checkpoint c JOIN last l ON l.guest = c.guest AND l.captured_at = c.captured_at
  WHERE c.diff_before IS NULL
  GROUP BY c.guest, c.kernel_build_id
), builds AS (
  SELECT kernel_build_id FROM moments GROUP BY kernel_build_id HAVING count(DISTINCT guest) > 1
), tables AS (
  SELECT m.kernel_build_id, m.guest, m.name, s.region, s.level, s.place, s.entries, s.signature
  FROM moments m JOIN builds b ON b.kernel_build_id = m.kernel_build_id
    JOIN table_signature s ON s.guest = m.guest AND s.checkpoint = m.name
  WHERE s.region IS NOT NULL AND s.entries > 0
), alone AS (
  SELECT kernel_build_id, region, level, place, signature
  FROM tables
  GROUP BY kernel_build_id, region, level, place, signature
  HAVING count(DISTINCT guest) = 1
)
SELECT t.kernel_build_id, t.guest, t.name AS moment, t.region, t.level, t.place, t.entries
FROM tables t JOIN alone a ON a.kernel_build_id = t.kernel_build_id AND a.region = t.region AND a.level = t.level
  AND a.place = t.place AND a.signature = t.signature
ORDER BY t.kernel_build_id, t.guest, t.region, t.place, t.level, t.entries, t.signature
