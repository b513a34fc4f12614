package dev.tablewalk.cli;

import java.util.List;

/** Questions that people bring to a RAM image, as the demo asks them. */
final class Tour {
    private Tour() {}

    /** A question in words and in Cypher. */
    record Question(String words, String cypher) {}

    static final List<Question> QUESTIONS =
            List.of(
                    new Question(
                            "Which processes have the largest page tables?",
                            """
                            MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)
                            WHERE t.pid = t.tgid
                            MATCH (m)-[:POINTS_TO*1..5]->(table:PageTable)
                            RETURN t.pid AS pid, t.comm AS comm, count(DISTINCT table) AS tables,
                                   tw.size(m.pgtables_bytes) AS kernel_says
                            ORDER BY tables DESC, pid LIMIT 5\
                            """),
                    new Question(
                            "Which physical pages are mapped by the most processes, and of what"
                                    + " file?",
                            """
                            MATCH (:PageTable)-[l:POINTS_TO {user: true}]->(r:PageRange)
                            WITH r, count(*) AS mappings, min(l.va) AS va
                            ORDER BY mappings DESC, r.pfn LIMIT 3
                            MATCH (v:Vma) WHERE v.start <= va AND va < v.end
                            RETURN tw.hex(r.pa) AS pa, r.pages AS pages, mappings,
                                   collect(DISTINCT v.name)[0] AS mapped_as\
                            """),
                    new Question(
                            "What may user code both write and execute?",
                            """
                            MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m)-[:POINTS_TO*2..5]->
                                  (:PageTable)-[l:POINTS_TO {writable: true, executable: true}]->(r:PageRange)
                            WHERE t.pid = t.tgid AND l.user
                            RETURN t.pid AS pid, t.comm AS comm, tw.hex(l.va) AS va, l.pages AS pages
                            ORDER BY pid LIMIT 5\
                            """),
                    new Question(
                            "Which processes hold pages that are present and yet forbidden to"
                                    + " them (PROT_NONE)?",
                            """
                            MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m)-[:POINTS_TO*2..5]->
                                  (:PageTable)-[l:POINTS_TO {valid: false}]->(:PageRange)
                            WHERE t.pid = t.tgid
                            RETURN t.pid AS pid, t.comm AS comm, sum(l.pages) AS pages
                            ORDER BY pages DESC, pid LIMIT 5\
                            """),
                    new Question(
                            "Which kernel roots are there, and how many tables hang from each?",
                            """
                            MATCH (:Checkpoint)-[s:POINTS_TO]->(root:Root)
                            OPTIONAL MATCH (root)-[:POINTS_TO*1..5]->(table:PageTable)
                            RETURN s.symbol AS symbol, tw.hex(root.pa) AS pa,
                                   count(DISTINCT table) + 1 AS tables
                            ORDER BY tables DESC\
                            """));
}
