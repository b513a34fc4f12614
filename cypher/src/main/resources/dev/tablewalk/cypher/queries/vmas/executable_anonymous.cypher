// id: executable_anonymous
// title: Executable memory that comes from no file
// kind: constraint
// severity: minor
// meaning: Programs and libraries are executed from the files that hold them. Here a process may execute memory that it filled
//   itself: code that is on no disk. Injected code looks so.
// column: pid integer | the process
// column: comm text | its name
// column: start hex | first address
// column: end hex | address behind the last
// column: vma text | permissions
// column: present pages | pages of it in RAM
// column: name text | its name, if it has one
// identity: comm, vma, name
// false-positive: Just-in-time compilers and language runtimes. What the kernel itself puts into every process, such as [vdso],
//   is left out by name; a user's name for a stretch of memory begins with [anon and is not.
// source: mm/mmap.c _install_special_mapping()
// source: fs/proc/task_mmu.c show_map_vma()
MATCH (m:MmStruct)-[:HAS_VMA]->(v:Vma)
WHERE substring(v.perms, 2, 1) = 'x' AND (v.backing = 'anonymous' OR NOT EXISTS { (v)-[:MAPS]->(:File) })
  AND NOT v.name IN ['[vdso]', '[vectors]', '[sigpage]', '[uprobes]']
WITH v, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, v.start AS start, v.end AS end, v.perms AS vma, v.pages_present AS present,
  v.name AS name
ORDER BY pid, start
