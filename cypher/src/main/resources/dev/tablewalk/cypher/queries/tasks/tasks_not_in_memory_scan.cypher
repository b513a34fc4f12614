// id: tasks_not_in_memory_scan
// title: A task in the kernel's structures that does not look like one
// kind: constraint
// severity: major
// meaning: The kernel's lists lead to this task, and a search of all memory for tasks by their shape did not find it. Its
//   fields do not fit together as those of all others do: it was forged, or changed so that tools that search memory pass
//   it by.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: address text | its task_struct
// column: found_by list | the views that it is in
// identity: comm
// false-positive: A task whose memory the image lacks.
// source: include/linux/sched.h struct task_struct
MATCH (c:Checkpoint) WHERE 'scan' IN c.task_views
MATCH (t:Task)
WHERE NOT 'scan' IN t.found_by
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.address AS address, t.found_by AS found_by
ORDER BY pid
