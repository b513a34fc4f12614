// id: tasks_only_in_memory
// title: A live task that no structure of the kernel leads to
// kind: constraint
// severity: critical
// meaning: A search of all memory for what looks like a task found this one. It does not say that it has ended, and yet it is
//   in no list, no tree and no table of pids: it was taken out of all of them. Idle tasks are in run queues alone, to which only a
//   kernel with CONFIG_FAIR_GROUP_SCHED has a way from its tasks; without, they are left out.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: address text | its task_struct
// column: found_by list | the views that it is in
// column: state text | its state
// column: exit_state integer | how far it has ended; 0 is alive
// identity: comm
// false-positive: A task that fork() is still making, and one that has ended and whose memory was not used again yet; those
//   that say so (EXIT_DEAD, TASK_DEAD) are left out.
// source: kernel/fork.c dup_task_struct()
// source: include/linux/sched.h EXIT_DEAD, TASK_DEAD
MATCH (c:Checkpoint) WHERE 'scan' IN c.task_views
MATCH (t:Task)
WHERE t.found_by = ['scan'] AND (t.exit_state / 16) % 2 = 0 // not EXIT_DEAD
  AND (NOT t.idle OR 'rq' IN c.task_views)
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.address AS address, t.found_by AS found_by, t.state AS state,
  t.exit_state AS exit_state
ORDER BY pid
