// id: mms_without_task
// title: An address space in use that no task has
// kind: constraint
// severity: major
// meaning: This address space says that it has users, and no task that was found has it or runs on it. Its task may be
//   hidden.
// column: mm text | the address space
// column: mm_users integer | users by the kernel's count
// column: map_count integer | VMAs by the kernel's count
// column: rss pages | its pages in RAM by the kernel's counters
// column: pgtables bytes | its page tables by the kernel's count
// identity: none
// accept: by number
// false-positive: fork() and execve() make an address space before a task has it. /proc/PID/mem, ptrace(), KVM, vhost,
//   io_uring and drivers may hold one on after its last task has ended.
// source: kernel/fork.c mm_init(), mmget(), mmput()
// source: fs/exec.c bprm_mm_init()
MATCH (m:MmStruct)
WHERE m.found_by = ['scan'] AND m.mm_users > 0
RETURN m.address AS mm, m.mm_users AS mm_users, m.map_count AS map_count, m.rss_pages AS rss,
  m.pgtables_bytes AS pgtables
ORDER BY mm
