package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the procedures tell is what patterns of variable length tell, where these end. */
class TreeProceduresIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint violated;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint shadowed;

    @BeforeAll
    static void load() {
        violated = GuestGraphs.open(home, "violated", GuestGraphs.violated());
        shadowed = GuestGraphs.open(home, "shadowed", GuestGraphs.shadowed());
    }

    @AfterAll
    static void close() {
        violated.close();
        shadowed.close();
    }

    private static List<String> ask(Checkpoint checkpoint, String cypher) {
        List<String> answer = new ArrayList<>();
        try (Rows rows = checkpoint.query(cypher, Map.of())) {
            rows.forEachRemaining(row -> answer.add(row.toString()));
        }
        answer.sort(null);
        return answer;
    }

    private static void assertSame(String pattern, String procedure) {
        List<String> expected = ask(violated, pattern);
        assertFalse(expected.isEmpty());
        assertEquals(expected, ask(violated, procedure));
    }

    @Test
    void tablesAreThoseBelowTheRoot() {
        assertSame(
                "MATCH (root:Root)-[way:POINTS_TO*0..4]->(t:PageTable) RETURN root.pa, t.pa,"
                        + " tw.moved(way) AS moved, [p IN way | p.index] AS way",
                "MATCH (root:Root) CALL tw.tables(root) YIELD table, moved, way RETURN root.pa,"
                        + " table.pa, moved, [p IN way | p.index] AS way");
    }

    @Test
    void placesAreThoseInAllTrees() {
        assertSame(
                "MATCH (o:Checkpoint|MmStruct)-[p:POINTS_TO]->(:PageTable)-[way:POINTS_TO*0..4]->"
                        + "(t:PageTable) RETURN t.pa, labels(o), o.address, p.field, p.symbol,"
                        + " tw.moved(way) AS moved, [p IN way | p.index] AS way",
                "MATCH (t:PageTable) CALL tw.places(t) YIELD origin, pointer, moved, way RETURN"
                        + " t.pa, labels(origin), origin.address, pointer.field, pointer.symbol,"
                        + " moved, [p IN way | p.index] AS way");
    }

    @Test
    void leavesAreThoseOfTheAddressSpaceWithTheirVmas() {
        assertSame(
                """
                MATCH (m:MmStruct)-[:POINTS_TO {field: 'pgd'}]->(:PageTable)-[way:POINTS_TO*0..4]->(t:PageTable)
                WITH m, t, tw.moved(way) AS moved
                MATCH (t)-[l:POINTS_TO]->(r:PageRange)
                WITH m, l, r, l.va + moved AS va, l.va + moved + l.pages * 4096 AS end
                OPTIONAL MATCH (m)-[:HAS_VMA]->(v:Vma) WHERE v.start < end AND v.end > va
                WITH m, l, r, va, end, v ORDER BY v.start
                WITH m, l, r, va, end, collect(v.start) AS vmas, sum(CASE WHEN v IS NULL THEN 0 ELSE
                  CASE WHEN v.end < end THEN v.end ELSE end END - CASE WHEN v.start > va THEN v.start ELSE va END END) AS inside
                RETURN m.address, r.pa, va, vmas, (end - va - inside) / 4096 AS outside
                """,
                "MATCH (m:MmStruct) CALL tw.leaves(m) YIELD leaf, va, vmas, outside RETURN"
                        + " m.address, endNode(leaf).pa, va, [v IN vmas | v.start] AS vmas,"
                        + " outside");
    }

    @Test
    void vmasAreThoseThatHoldTheAddresses() {
        assertSame(
                "MATCH (m:MmStruct) UNWIND range(0, 20) AS i WITH m, i, i * 0x80000 AS va OPTIONAL"
                        + " MATCH (m)-[:HAS_VMA]->(v:Vma) WHERE v.start <= va AND va < v.end RETURN"
                        + " m.address, i, v.start",
                "MATCH (m:MmStruct) UNWIND range(0, 20) AS i WITH m, i, tw.vmas(m, i * 0x80000) AS"
                        + " found UNWIND CASE size(found) WHEN 0 THEN [null] ELSE found END AS v"
                        + " RETURN m.address, i, v.start");
        assertEquals(List.of("[null]"), ask(violated, "RETURN tw.vmas(null, 1) AS vmas"));
    }

    @Test
    void anOwnerIsTheTaskOfTheLowestPid() {
        assertSame(
                "MATCH (m:MmStruct) OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m) WITH m,"
                        + " k ORDER BY k.pid RETURN m.address, head(collect(k.pid)) AS pid",
                "MATCH (m:MmStruct) RETURN m.address, tw.owner(m).pid AS pid");
        assertEquals(List.of("[null]"), ask(violated, "RETURN tw.owner(null) AS owner"));
    }

    @Test
    void aTableIsToldOfAtSomePlacesOnly() {
        assertEquals(
                List.of("[PMD, 64]", "[PTE, 64]", "[PUD, 64]"),
                ask(
                        shadowed,
                        "MATCH (:Checkpoint)-[:POINTS_TO]->(root) CALL tw.tables(root) YIELD table"
                                + " WITH table, count(*) AS n WHERE n > 1 RETURN table.level, n"));
        assertEquals(
                List.of("[64, " + (1L << 39) * 63 + "]"),
                ask(
                        shadowed,
                        "MATCH (t:PageTable {level: 'PTE'}) WITH t, COUNT { (t)-[:POINTS_TO]->() }"
                                + " AS n ORDER BY n DESC LIMIT 1 CALL tw.places(t) YIELD moved"
                                + " RETURN count(*), max(moved) - min(moved)"));
        assertEquals(List.of(), ask(shadowed, "CALL tw.tables(null) YIELD table"));
    }
}
