// id: tasks_not_in_list
// title: A task that has a pid and is not in the kernel's lists of tasks
// kind: constraint
// severity: critical
// meaning: The kernel finds a process by its number in one structure (the pid IDR), and lists all processes by another (the
//   list of tasks, with each one's threads). A task that has a number and is in no list runs, takes signals, and is missing
//   from what walks the list. Rootkits hide a process so.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: address text | its task_struct
// column: found_by list | the views that it is in
// identity: comm
// false-positive: A guest stopped inside fork() or exit(), between the one structure and the other.
// source: kernel/fork.c copy_process()
// source: kernel/exit.c __unhash_process()
MATCH (c:Checkpoint) WHERE 'pid' IN c.task_views AND 'tasks' IN c.task_views AND 'threads' IN c.task_views
MATCH (t:Task)
WHERE 'pid' IN t.found_by AND none(view IN t.found_by WHERE view IN ['tasks', 'threads', 'init_task', 'rq'])
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.address AS address, t.found_by AS found_by
ORDER BY pid
