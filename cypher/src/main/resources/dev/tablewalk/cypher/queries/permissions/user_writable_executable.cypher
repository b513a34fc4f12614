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
OPTIONAL CALL (t) {
  CALL tw.places(t) YIELD origin, moved
  WITH origin, moved WHERE origin:MmStruct
  RETURN origin AS m, moved
}
WITH l, r, m, l.va + coalesce(moved, 0) AS va
UNWIND CASE WHEN m IS NULL OR size(tw.vmas(m, va)) = 0 THEN [null] ELSE tw.vmas(m, va) END AS v
WITH l, r, va, v, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, va, l.pages AS pages, v.perms AS vma, v.name AS name, r.pa AS pa
ORDER BY pid, va
