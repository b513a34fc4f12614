// id: user_tasks_without_mm
// title: A task of user mode without an address space
// kind: constraint
// severity: major
// meaning: Only kernel threads do without an address space, and tasks that are ending. This one is neither: it lacks the mark
//   of a kernel thread, or its address space was taken from it.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: state text | its state
// column: address text | its task_struct
// identity: comm
// false-positive: A helper that the kernel starts (modprobe, a core dump's pipe) has no address space until its execve(), and so has
//   the first process in early boot.
// source: kernel/umh.c call_usermodehelper_exec_async()
// source: kernel/exit.c exit_mm()
// source: kernel/fork.c user_mode_thread()
MATCH (t:Task {kthread: false, idle: false})
WHERE t.exit_state = 0 AND (t.flags / 4) % 2 = 0 // not PF_EXITING
  AND NOT EXISTS { (t)-[:POINTS_TO {field: 'mm'}]->(:MmStruct) }
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.state AS state, t.address AS address
ORDER BY pid
