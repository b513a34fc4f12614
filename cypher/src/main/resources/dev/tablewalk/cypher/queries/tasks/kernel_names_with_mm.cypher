// id: kernel_names_with_mm
// title: A process that bears the name of a kernel thread
// kind: constraint
// severity: major
// meaning: Kernel threads have no memory of their own. This task has, so it is a program; and yet it is called as kernel threads
//   are, or in brackets as ps prints them, so that whoever looks at a list of processes takes it for one.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: uid integer | its user
// column: looks_like text | what the name is taken from
// column: address text | its task_struct
// identity: comm, uid, looks_like
// false-positive: A task may call itself anything (prctl PR_SET_NAME). A thread of io_uring in a process is called iou-… and
//   is left alone here.
// source: kernel/kthread.c kthreadd(), __kthread_create_on_node()
// source: kernel/workqueue.c create_worker()
MATCH (k:Task {kthread: true})
WHERE NOT EXISTS { (k)-[:POINTS_TO {field: 'mm'}]->(:MmStruct) }
WITH collect(DISTINCT k.comm) AS names,
  collect(DISTINCT CASE WHEN k.comm CONTAINS '/' THEN split(k.comm, '/')[0] + '/' END) AS families
MATCH (t:Task {kthread: false, idle: false})
WHERE EXISTS { (t)-[:POINTS_TO {field: 'mm'}]->(:MmStruct) }
WITH t, CASE
    WHEN t.comm STARTS WITH '[' AND (t.comm ENDS WITH ']' OR size(t.comm) >= 15) THEN 'brackets'
    WHEN t.comm IN names THEN t.comm
    ELSE head([f IN families WHERE t.comm STARTS WITH f])
  END AS looks_like
WHERE looks_like IS NOT NULL
RETURN t.pid AS pid, t.tgid AS tgid, t.comm AS comm, t.uid AS uid, looks_like, t.address AS address
ORDER BY pid
