// id: executable_deleted_files
// title: Executable memory of a file that has no name any more
// kind: constraint
// severity: minor
// meaning: A process may execute memory of a file that was deleted, or never had a name (memfd_create). So code runs of which no
//   trace is left on disk.
// column: pid integer | the process
// column: comm text | its name
// column: start hex | first address
// column: end hex | address behind the last
// column: vma text | permissions
// column: present pages | pages of it in RAM
// column: path text | the file's last name
// column: inode integer | the file's number
// identity: comm, vma, path
// false-positive: A program that was replaced by an update while it ran, and runtimes that map their compiled code twice by a
//   memfd. Container engines run themselves from a memfd.
// source: mm/memfd.c memfd_create()
// source: fs/d_path.c d_path()
MATCH (m:MmStruct)-[:HAS_VMA]->(v:Vma)-[:MAPS]->(f:File)
WHERE substring(v.perms, 2, 1) = 'x' AND (f.deleted OR f.path STARTS WITH '/memfd:')
WITH v, f, tw.owner(m) AS k
RETURN k.tgid AS pid, k.name AS comm, v.start AS start, v.end AS end, v.perms AS vma, v.pages_present AS present,
  f.path AS path, f.inode AS inode
ORDER BY pid, start
