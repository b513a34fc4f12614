// id: children_not_in_list
// title: A process that its parent knows and the list of tasks does not
// kind: constraint
// severity: critical
// meaning: This process hangs in the tree of parents and children and is missing from the list of all tasks. Rootkits that
//   unlink a process from the list often leave the tree alone.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: address text | its task_struct
// column: found_by list | the views that it is in
// identity: comm
// false-positive: A guest stopped inside fork() or exit(), between the one list and the other.
// source: kernel/fork.c copy_process()
// source: kernel/exit.c __unhash_process()
MATCH (c:Checkpoint) WHERE 'tasks' IN c.task_views AND 'children' IN c.task_views
MATCH (t:Task)
WHERE 'children' IN t.found_by AND none(view IN t.found_by WHERE view IN ['tasks', 'init_task'])
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.address AS address, t.found_by AS found_by
ORDER BY pid
