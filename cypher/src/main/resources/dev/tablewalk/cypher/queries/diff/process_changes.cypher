// id: process_changes
// title: What a process did to its address space
// kind: report
// of: diff
// meaning: Every mapping of one process that came, went or changed between the two moments, in ranges: added or removed
//   with its frames, or the same frames with other rights. Mappings whose accessed or dirty bit alone changed are left out.
// param: pid integer | the process
// column: va hex | address of the first page
// column: pages pages | how many
// column: change text | added, removed or changed
// column: before text | rights before, in the letters of tw.perms
// column: after text | rights after
// column: pfn hex | the first frame
// column: vma text | what is, or was, mapped there
// source: mm/mmap.c, mm/mprotect.c, mm/memory.c
MATCH (t:Task {pid: $pid})-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)
WITH DISTINCT m
MATCH (m)-[:POINTS_TO]->(root:PageTable)
CALL tw.tables(root) YIELD table
MATCH (table)-[l:POINTS_TO]->(r:PageRange)
WHERE l.fate IS NOT NULL
WITH DISTINCT m, l, r, coalesce(l.before_valid, l.valid) AS v, coalesce(l.before_writable, l.writable) AS w,
  coalesce(l.before_executable, l.executable) AS x, coalesce(l.before_kernel_executable, l.kernel_executable) AS k,
  coalesce(l.before_user, l.user) AS u
WITH m, l, r,
  CASE WHEN v THEN 'r' ELSE '-' END + CASE WHEN w THEN 'w' ELSE '-' END + CASE WHEN x THEN 'x' ELSE '-' END
    + CASE WHEN k THEN 'k' ELSE '-' END + CASE WHEN u THEN 'u' ELSE '-' END AS had, tw.perms(l) AS has
WHERE l.fate <> 'changed' OR had <> has
UNWIND CASE size(tw.vmas(m, l.va)) WHEN 0 THEN [null] ELSE tw.vmas(m, l.va) END AS vma
WITH l, r, had, has, vma ORDER BY CASE WHEN vma:Removed THEN 1 ELSE 0 END
WITH l, r, had, has, head(collect(vma)) AS vma
RETURN l.va AS va, l.pages AS pages, l.fate AS change,
  CASE l.fate WHEN 'added' THEN '' ELSE had END AS before, CASE l.fate WHEN 'removed' THEN '' ELSE has END AS after,
  r.pfn AS pfn, CASE vma.name WHEN '' THEN vma.perms ELSE vma.perms + ' ' + vma.name END AS vma
ORDER BY va, change
