// id: kernel_threads_with_mm
// title: A kernel thread that has the memory of a process
// kind: constraint
// severity: major
// meaning: Kernel threads have no memory of their own. This task bears their mark (PF_KTHREAD), and ps shows it as one of them; yet
//   it has an address space as a program has: the mark was put on a process, or the kernel thread was given a process's memory.
// column: pid integer | the thread
// column: tgid integer | its process
// column: comm text | its name
// column: uid integer | whose it is
// column: mm text | the address space
// column: address text | its task_struct
// identity: comm, uid
// false-positive: A kernel thread that works for a process borrows its address space meanwhile (kthread_use_mm()): vhost, KVM,
//   USB gadgets and drivers of graphics cards do.
// source: kernel/kthread.c kthread_use_mm()
// source: include/linux/sched.h PF_KTHREAD
MATCH (t:Task {kthread: true})-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)
RETURN t.pid AS pid, t.tgid AS tgid, t.name AS comm, t.uid AS uid, m.address AS mm, t.address AS address
ORDER BY pid
