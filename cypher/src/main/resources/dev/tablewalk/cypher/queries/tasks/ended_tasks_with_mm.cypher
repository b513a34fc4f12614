// id: ended_tasks_with_mm
// title: A task that says it has ended and keeps its memory
// kind: constraint
// severity: critical
// meaning: A task that ends gives up its address space long before it says that it is a zombie. This one says so and has its
//   address space still: it may well run, and whoever looks for what is alive passes it by.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: state text | its state
// column: exit_state integer | how far it says it has ended
// column: address text | its task_struct
// column: found_by list | the views that it is in
// identity: comm
// false-positive: None known.
// source: kernel/exit.c do_exit(), exit_mm(), exit_notify()
MATCH (t:Task)
WHERE t.exit_state <> 0 AND EXISTS { (t)-[:POINTS_TO {field: 'mm'}]->(:MmStruct) }
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.state AS state, t.exit_state AS exit_state, t.address AS address,
  t.found_by AS found_by
ORDER BY pid
