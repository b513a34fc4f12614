// id: user_writable_executable
// title: Memory that a process can both write and execute
// kind: constraint
// severity: minor
// meaning: A process can write to these pages and run what it wrote. Programs seldom need it; an attacker who can write
//   a few bytes there runs code of his own.
// column: pid integer | the process
// column: comm text | its name
// column: va hex | user address of the first page
// column: pages pages | how many
// column: vma text | permissions of the VMA that holds them
// column: name text | what the VMA maps
// column: pa hex | physical address of the first page
// identity: comm, vma, name
// false-positive: Just-in-time compilers, some language runtimes and old emulators ask the kernel for exactly that. Such
//   a process's VMA says rwx too: where it does not, see entries_looser_than_vma.
// source: arch/arm64/include/asm/pgtable-prot.h PAGE_SHARED_EXEC
// source: mm/mprotect.c do_mprotect_pkey()
MATCH (t:PageTable)-[l:POINTS_TO {writable: true, executable: true, user: true}]->(r:PageRange)
OPTIONAL MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(:PageTable)-[way:POINTS_TO*0..4]->(t)
WITH l, r, m, l.va + coalesce(tw.moved(way), 0) AS va
OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma) WHERE v.start <= va AND va < v.end
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH l, r, m, va, v, k ORDER BY k.pid
WITH l, r, m, va, v, head(collect(k)) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, v.perms AS vma, v.name AS name, r.pa AS pa
ORDER BY pid, va
