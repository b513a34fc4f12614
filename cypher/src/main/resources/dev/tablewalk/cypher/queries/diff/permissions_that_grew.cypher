// id: permissions_that_grew
// title: Mappings that allow more than before
// kind: report
// of: diff
// meaning: The same frame at the same address, of a process or of the kernel, that could not be written, executed or
//   reached from user mode before and can be now. A page of a writable VMA that was read first and written later is one
//   of these; kernel text that became writable, or data that became executable, has to be explained.
// column: pid integer | the process; none if the kernel maps it
// column: comm text | its name
// column: va hex | address of the first page
// column: pages pages | how many
// column: before text | rights before, in the letters of tw.perms
// column: after text | rights after
// column: pa hex | the first frame
// column: area text | the VMA, or the region of the kernel's address space
// source: arch/arm64/mm/pageattr.c, mm/mprotect.c
MATCH (t:PageTable)-[l:POINTS_TO {fate: 'changed'}]->(r:PageRange)
WHERE l.before_writable = false OR l.before_executable = false OR l.before_kernel_executable = false
  OR l.before_user = false OR l.before_valid = false
WITH t, l, r, coalesce(l.before_valid, l.valid) AS v, coalesce(l.before_writable, l.writable) AS w,
  coalesce(l.before_executable, l.executable) AS x, coalesce(l.before_kernel_executable, l.kernel_executable) AS k,
  coalesce(l.before_user, l.user) AS u
WITH t, l, r,
  CASE WHEN v THEN 'r' ELSE '-' END + CASE WHEN w THEN 'w' ELSE '-' END + CASE WHEN x THEN 'x' ELSE '-' END
    + CASE WHEN k THEN 'k' ELSE '-' END + CASE WHEN u THEN 'u' ELSE '-' END AS had
OPTIONAL CALL (t, l) {
  CALL tw.places(t) YIELD origin
  WITH DISTINCT l, origin WHERE origin:MmStruct AND l.va >= 0
  RETURN origin AS m
}
WITH m, l, r, had, head([v IN coalesce(tw.vmas(m, l.va), []) WHERE NOT v:Removed]) AS vma
OPTIONAL MATCH (p:Task)-[:POINTS_TO {field: 'mm'}]->(m) WHERE p.pid = p.tgid
OPTIONAL MATCH (g:Region) WHERE l.va < 0 AND g.start <= l.va AND l.va < g.end
WITH l, r, had, p, vma, g ORDER BY g.end - g.start
WITH l, r, had, p, head(collect(vma)) AS vma, head(collect(g)) AS g
RETURN DISTINCT p.pid AS pid, p.comm AS comm, l.va AS va, l.pages AS pages, had AS before, tw.perms(l) AS after, r.pa AS pa,
  coalesce(g.name, CASE vma.name WHEN '' THEN vma.perms ELSE vma.perms + ' ' + vma.name END) AS area
ORDER BY pid, va
