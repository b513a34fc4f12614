// id: task_changes
// title: Tasks that were born, went, or are not what they were
// kind: report
// of: diff
// meaning: A task is the same if its pid and start time are. One whose pid was used again is a removed task and an added
//   one; one that executed another program is a changed task whose address space was replaced.
// column: change text | added, removed or changed
// column: pid integer | the task
// column: comm text | its name; the later one if it was renamed
// column: was text | its name before, if it was renamed
// column: parent integer | its parent; the later one if it was re-parented
// column: parent_was integer | its parent before, if it was re-parented
// column: executed boolean | whether it executed another program
// column: properties list | which of its properties are others
// source: kernel/fork.c copy_process(), fs/exec.c begin_new_exec(), kernel/exit.c
MATCH (t:Task) WHERE t:Added OR t:Removed OR t:Changed
  OR EXISTS { (t)<-[p:PARENT_OF]-() WHERE p.fate IS NOT NULL }
OPTIONAL MATCH (t)<-[now:PARENT_OF]-(parent:Task) WHERE now.fate IS NULL OR now.fate <> 'removed'
OPTIONAL MATCH (t)<-[then:PARENT_OF {fate: 'removed'}]-(former:Task)
WITH t, head(collect(parent.pid)) AS parent, head(collect(former.pid)) AS former
RETURN CASE WHEN t:Added THEN 'added' WHEN t:Removed THEN 'removed' ELSE 'changed' END AS change, t.pid AS pid,
  t.comm AS comm, t.before_comm AS was, CASE WHEN t:Removed THEN former ELSE parent END AS parent,
  CASE WHEN t:Removed THEN null ELSE former END AS parent_was, t.before_exec_id IS NOT NULL AS executed,
  [k IN keys(t) WHERE k STARTS WITH 'after_' | substring(k, 6)] AS properties
ORDER BY change, pid
