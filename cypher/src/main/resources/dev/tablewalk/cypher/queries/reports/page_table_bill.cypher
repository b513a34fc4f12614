// id: page_table_bill
// title: What each process costs in page tables
// kind: report
// meaning: Page tables are memory too. Many of them for little mapped memory means that it lies scattered.
// column: pid integer | the process
// column: comm text | its name
// column: tables integer | page tables, with the root
// column: pte integer | of the lowest level
// column: pmd integer | of the level above
// column: pud integer | of the level above that
// column: upper integer | of the levels above, with the root
// column: kernel bytes | what the kernel counts; not the root, nor a fifth level
// column: mapped bytes | what the tables map
// column: bytes_per_page float | of page tables for each page that they map
// source: include/linux/mm.h mm_pgtables_bytes()
MATCH (c:Checkpoint)
MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)
WHERE NOT EXISTS { (c)-[:POINTS_TO]->(root) }
CALL tw.tables(root) YIELD table AS t
OPTIONAL MATCH (t)-[l:POINTS_TO]->(:PageRange)
WITH c.page_size AS page, m, t, sum(l.pages) AS mapped
WITH page, m, collect(t.level) AS levels, sum(mapped) AS mapped
MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m)
WITH page, m, levels, mapped, k ORDER BY k.pid
WITH page, m, levels, mapped, head(collect(k)) AS k
WITH page, m, mapped, k, size(levels) AS tables, size([l IN levels WHERE l = 'PTE']) AS pte,
  size([l IN levels WHERE l = 'PMD']) AS pmd, size([l IN levels WHERE l = 'PUD']) AS pud
RETURN k.tgid AS pid, k.name AS comm, tables, pte, pmd, pud, tables - pte - pmd - pud AS upper,
  m.pgtables_bytes AS kernel, mapped * page AS mapped,
  CASE WHEN mapped > 0 THEN round(1.0 * tables * page / mapped, 1) END AS bytes_per_page
ORDER BY tables DESC, pid
