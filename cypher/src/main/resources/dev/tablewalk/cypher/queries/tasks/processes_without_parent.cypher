// id: processes_without_parent
// title: A process in the list of tasks that no parent has as its child
// kind: constraint
// severity: major
// meaning: Every process hangs in the tree of parents and children, from the very first one on. This one is in the list of
//   tasks only: nobody will collect it when it ends, and what walks the tree does not see it.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: address text | its task_struct
// column: found_by list | the views that it is in
// identity: comm
// false-positive: A guest stopped inside fork() or exit(), between the one list and the other.
// source: kernel/fork.c copy_process()
// source: kernel/exit.c forget_original_parent()
MATCH (c:Checkpoint) WHERE 'tasks' IN c.task_views AND 'children' IN c.task_views
MATCH (t:Task)
WHERE 'tasks' IN t.found_by AND NOT 'children' IN t.found_by
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.address AS address, t.found_by AS found_by
ORDER BY pid
