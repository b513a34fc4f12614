-- id: executables_on_one_guest
-- title: Executable mappings that one guest alone has
-- of: fleet
-- kind: report
-- meaning: What processes of one guest can execute, and no process of any other guest with this build of the kernel.
-- column: kernel_build_id text | the build
-- column: guest text | the guest
-- column: comm text | of the process
-- column: vma text | what is mapped: a path, or what the kernel calls it
-- column: perms text | of the VMA
-- column: moments integer | in how many of the guest's moments
-- column: pages integer | present, at the most
WITH mapped AS (
  SELECT c.kernel_build_id, m.guest, m.checkpoint, m.comm, m.vma, m.perms, sum(m.pages) AS pages
  FROM checkpoint c JOIN mapping m ON m.guest = c.guest AND m.checkpoint = c.name
  WHERE m.user_executable AND c.diff_before IS NULL
  GROUP BY c.kernel_build_id, m.guest, m.checkpoint, m.comm, m.vma, m.perms
), builds AS (
  SELECT kernel_build_id FROM mapped GROUP BY kernel_build_id HAVING count(DISTINCT guest) > 1
), alone AS (
  SELECT kernel_build_id, comm, vma, perms
  FROM mapped
  GROUP BY kernel_build_id, comm, vma, perms
  HAVING count(DISTINCT guest) = 1
)
SELECT m.kernel_build_id, m.guest, m.comm, m.vma, m.perms, count(*) AS moments, max(m.pages) AS pages
FROM mapped m JOIN builds b ON b.kernel_build_id = m.kernel_build_id
  JOIN alone a ON a.kernel_build_id = m.kernel_build_id AND a.comm = m.comm AND a.vma = m.vma AND a.perms = m.perms
GROUP BY m.kernel_build_id, m.guest, m.comm, m.vma, m.perms
ORDER BY m.kernel_build_id, m.guest, m.comm, m.vma, m.perms
