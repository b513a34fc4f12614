// id: pages_written
// title: Pages that were written, by process and VMA
// kind: report
// of: diff
// meaning: Pages that a process maps to the same frame on both sides and whose content differs: it, or somebody who shares
//   them, wrote to them. There are rows only where both sides were ingested with --hash.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | start of the VMA
// column: perms text | its permissions
// column: name text | what it maps
// column: pages_written pages | pages whose content differs
// column: pages_present pages | pages that are present
// source: the guest's memory itself
MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)-[:HAS_VMA]->(v:Vma)
WHERE t.pid = t.tgid AND v.pages_written > 0
RETURN DISTINCT t.pid AS pid, t.comm AS comm, v.start AS va, v.perms AS perms, v.name AS name,
  v.pages_written AS pages_written, v.pages_present AS pages_present
ORDER BY pages_written DESC, pid, va
