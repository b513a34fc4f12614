// id: several_processes_on_one_mm
// title: Processes that share one address space
// kind: constraint
// severity: info
// meaning: Threads of one process share an address space; two processes do so only if one was
//   made with CLONE_VM and without CLONE_THREAD, as vfork() does until the child calls exec.
//   One that stays so writes into the other's memory without any of the usual traces.
// column: mm text | kernel address of the mm_struct
// column: processes integer | how many processes use it
// column: pids list | their pids
// column: comms list | their names
// false-positive: a child of vfork() that had not yet called exec; libraries that use clone()
//   by themselves
// source: kernel/fork.c copy_mm()
MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)
WITH m, t ORDER BY t.pid
WITH m, collect(DISTINCT t.tgid) AS pids, collect(DISTINCT t.comm) AS comms
WHERE size(pids) > 1
RETURN m.address AS mm, size(pids) AS processes, pids, comms
ORDER BY processes DESC, mm
