// id: tasks_without_pid
// title: A task in the kernel's lists that cannot be found by its pid
// kind: constraint
// severity: critical
// meaning: This task is in the list of tasks, or in its process's list of threads, and not in the structure by which the
//   kernel finds a task by number (the pid IDR): /proc does not show it, and no signal reaches it.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: address text | its task_struct
// column: found_by list | the views that it is in
// identity: comm
// false-positive: A guest stopped inside fork() or exit(), between the one structure and the other.
// source: kernel/pid.c attach_pid(), alloc_pid(), free_pid()
// source: fs/proc/base.c next_tgid()
MATCH (c:Checkpoint) WHERE 'pid' IN c.task_views
MATCH (t:Task)
WHERE NOT 'pid' IN t.found_by AND any(view IN t.found_by WHERE view IN ['tasks', 'threads'])
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.address AS address, t.found_by AS found_by
ORDER BY pid
