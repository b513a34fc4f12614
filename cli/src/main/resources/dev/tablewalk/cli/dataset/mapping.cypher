// What an address space maps: each run of pages that lies in a VMA of it.
MATCH (c:Checkpoint)
MATCH (m:MmStruct {address: $mm})
CALL tw.leaves(m) YIELD leaf, va, vmas
WITH c, leaf, va, vmas, endNode(leaf) AS range
UNWIND vmas AS vma
OPTIONAL MATCH (vma)-[:MAPS]->(file:File)
WITH c, leaf, range, vma, file, va,
     CASE WHEN va > vma.start THEN va ELSE vma.start END AS first,
     CASE WHEN va + leaf.pages * c.page_size < vma.end THEN va + leaf.pages * c.page_size ELSE vma.end END AS last
RETURN vma.name AS vma, vma.perms AS perms, vma.backing AS backing, file.path AS file, first AS va,
       range.pa + (first - va) AS pa, (last - first) / c.page_size AS pages,
       leaf.writable AS writable, leaf.executable AS user_executable, range.frame AS frame
