// id: several_processes_on_one_mm
// title: Several processes that share one address space
// kind: constraint
// severity: info
// meaning: Threads of a process share its memory; processes do not. These do: each can read and change all that the others
//   have. It is legal, rare, and a way to run inside another process.
// column: mm text | the address space
// column: pids list | the processes
// column: comms list | their names
// identity: comms
// false-positive: A child of vfork() or posix_spawn() shares its parent's memory until its execve(). clone() with CLONE_VM and
//   without CLONE_THREAD asks for it for good, as some runtimes and LinuxThreads did.
// source: kernel/fork.c copy_mm()
MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)
WITH m, k ORDER BY k.tgid
WITH m, collect(DISTINCT k.tgid) AS pids, collect(DISTINCT k.name) AS comms
WHERE size(pids) > 1
RETURN m.address AS mm, pids, comms
ORDER BY pids[0]
