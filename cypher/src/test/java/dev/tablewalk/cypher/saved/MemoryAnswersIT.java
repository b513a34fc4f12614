package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.memory.Question;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is answered from memory is what Neo4j answers. */
class MemoryAnswersIT {
    /** Expressions, and clauses around them, with what is easily got wrong. */
    private static final List<String> EXPRESSIONS =
            List.of(
                    "null = null",
                    "null <> 1",
                    "1 = 2 ^ 0 OR null",
                    "null AND false",
                    "NOT null",
                    "null OR true",
                    "1 IN [2, null]",
                    "1 IN [null, 1]",
                    "null IN []",
                    "null IN [1]",
                    "[1, null] = [1, 2]",
                    "[1, null] = [2, null]",
                    "[1] = [1, 2]",
                    "'a' = 1",
                    "'a' < 1",
                    "1 < null",
                    "'a' < 'b'",
                    "-7 / 2",
                    "-7 % 3",
                    "7 - 2 - 1",
                    "2 ^ 3",
                    "8 * 2 ^ (48 - 12)",
                    "2 ^ 3 < 9",
                    "'a' + 'b'",
                    "[1] + [2]",
                    "[1] + null",
                    "size('héé')",
                    "size([1, 2])",
                    "size(null)",
                    "head([])",
                    "head(null)",
                    "substring('rwxp', 1, 1)",
                    "substring('rw', 5, 1)",
                    "substring(null, 1, 1)",
                    "split('a/b/', '/')",
                    "split('ab', '/')",
                    "range(1, 3)",
                    "range(3, 1)",
                    "[1, 2, 3][0..2]",
                    "[1, 2, 3][5]",
                    "[1, 2, 3][-1]",
                    "[][0..64]",
                    "any(x IN [1, null] WHERE x = 1)",
                    "any(x IN [2, null] WHERE x = 1)",
                    "all(x IN [1, null] WHERE x = 1)",
                    "all(x IN [] WHERE x = 1)",
                    "all(x IN [2, null] WHERE x = 1)",
                    "none(x IN [2, null] WHERE x = 1)",
                    "none(x IN [1, null] WHERE x = 1)",
                    "none(x IN null WHERE x = 1)",
                    "[x IN [1, 2, null] WHERE x > 1]",
                    "[x IN [1, 2] | x * 2]",
                    "reduce(s = 0, x IN [1, 2, 3] | s + x)",
                    "reduce(s = 0, x IN null | s)",
                    "CASE 1 WHEN 2 ^ 0 THEN 'one' ELSE 'other' END",
                    "CASE null WHEN null THEN 1 END",
                    "CASE WHEN null THEN 1 WHEN true THEN 2 END",
                    "coalesce(null, null, 3)",
                    "coalesce(null <> 1, true)",
                    "'abc' STARTS WITH 'ab'",
                    "'abc' ENDS WITH 'bc'",
                    "'abc' CONTAINS null",
                    "1 STARTS WITH 'a'",
                    "null IS NULL",
                    "1 IS NOT NULL",
                    "NOT 'x' IN ['x'] OR 1 = 1",
                    "1 + 2 IN [3]",
                    "{a: 1}.a",
                    "0x10",
                    "-3 + 1");

    private static final List<String> CLAUSES =
            List.of(
                    "UNWIND [1, 2, 2, null] AS x RETURN count(*) AS a, count(x) AS b,"
                            + " count(DISTINCT x) AS c, sum(x) AS d, min(x) AS e, max(x) AS f,"
                            + " collect(DISTINCT x) AS g",
                    "UNWIND [] AS x RETURN count(*) AS a, sum(x) AS b, min(x) AS c, collect(x) AS"
                            + " d",
                    "UNWIND [] AS x RETURN x AS k, count(*) AS a",
                    "UNWIND [3, null, 1, 2] AS x RETURN x ORDER BY x",
                    "UNWIND ['b', 1, null, true, [1], 'a', 2 ^ 2] AS x RETURN x ORDER BY x",
                    "UNWIND [1, 2, 1] AS x WITH DISTINCT x WHERE x > 0 RETURN x, count(*) > 0 AS"
                            + " any ORDER BY x",
                    "UNWIND null AS x RETURN x",
                    "MATCH (t:Task) RETURN t.pid AS pid, t.found_by AS by, t:Task AS is ORDER BY"
                            + " pid",
                    "MATCH (m:MmStruct) OPTIONAL MATCH (k:Task)-[p:POINTS_TO {field: 'mm'}]->(m)"
                        + " WHERE k.pid > 1 RETURN m.address AS mm, k.pid AS pid ORDER BY mm, pid",
                    "MATCH (a:PageTable)-[p:POINTS_TO]->(b:PageTable)-[q:POINTS_TO]->(x) RETURN"
                        + " a.pa AS a, b.pa AS b, x.pa AS c, p.index AS p, q.index AS q ORDER BY a,"
                        + " b, p, q, c",
                    "MATCH (x:PageRange)<-[p:POINTS_TO]-(t:PageTable)-[q:POINTS_TO]->(x) RETURN"
                            + " x.pa AS pa, p.index AS p, q.index AS q ORDER BY pa, p, q",
                    "MATCH (t:PageTable) RETURN t.pa AS pa, COUNT { (t)-[:POINTS_TO]->() } AS n,"
                        + " COUNT { (t)<-[:POINTS_TO]-(:PageTable|Checkpoint) } AS above, COUNT {"
                        + " MATCH (t)-[:POINTS_TO]->(b) RETURN DISTINCT b } AS below, EXISTS {"
                        + " (t)-[p:POINTS_TO]->(b:PageTable) WHERE p.index > 1 } AS any ORDER BY"
                        + " pa",
                    "MATCH (m:MmStruct) CALL (m) { CALL tw.leaves(m) YIELD va, outside RETURN"
                            + " sum(outside) AS out, count(*) AS n, max(va) AS last } RETURN"
                            + " m.address AS mm, out, n, last ORDER BY mm",
                    "MATCH (t:PageTable) OPTIONAL CALL (t) { CALL tw.places(t) YIELD origin, moved,"
                        + " way WITH origin, moved, way WHERE origin:MmStruct RETURN origin AS m,"
                        + " moved, way } RETURN t.pa AS pa, m.address AS mm, moved, tw.moved(way)"
                        + " AS same, tw.owner(m).pid AS pid ORDER BY pa, mm, moved, pid",
                    "MATCH (c:Checkpoint)-[s:POINTS_TO]->(root) CALL tw.tables(root, 0, 4096) YIELD"
                        + " table, moved RETURN s.symbol AS s, table.pa AS pa, moved ORDER BY s,"
                        + " pa, moved");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint violated;

    @BeforeAll
    static void load() {
        violated = GuestGraphs.open(home, "violated", GuestGraphs.violated());
    }

    @AfterAll
    static void close() {
        violated.close();
    }

    private static Question question(String cypher) {
        return Question.of(cypher)
                .orElseThrow(() -> new AssertionError("not understood: " + cypher));
    }

    private static void assertSame(Checkpoint checkpoint, String cypher) {
        Question question = question(cypher);
        Question.Answer answer =
                checkpoint
                        .ask(question, question.keys(), Map.of(), new QueryStop())
                        .orElseThrow(() -> new AssertionError("not answered: " + cypher));
        List<List<@Nullable Object>> expected = new ArrayList<>();
        try (Rows rows = checkpoint.query(cypher, Map.of())) {
            rows.forEachRemaining(expected::add);
            assertEquals(rows.columns(), answer.columns(), cypher);
        }
        assertEquals(sorted(expected), sorted(answer.rows()), cypher);
    }

    /** Neither has an order where the question states none. */
    private static List<String> sorted(List<List<@Nullable Object>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(MemoryAnswersIT::text).toList().toString())
                .sorted()
                .toList();
    }

    private static String text(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(MemoryAnswersIT::text).sorted().toList().toString()
                : String.valueOf(value);
    }

    @Test
    void expressionsAreNeo4js() {
        assertAll(
                EXPRESSIONS.stream()
                        .map(each -> () -> assertSame(violated, "RETURN " + each + " AS x")));
    }

    @Test
    void clausesAreNeo4js() {
        assertAll(CLAUSES.stream().map(each -> () -> assertSame(violated, each)));
    }

    /** In the order of the rows too. */
    @Test
    void rowsAreSorted() {
        Question question = question("UNWIND [2, null, 3, 1] AS x RETURN x ORDER BY x");
        assertEquals(
                "[[1], [2], [3], [null]]",
                violated.ask(question, question.keys(), Map.of(), new QueryStop())
                        .orElseThrow()
                        .rows()
                        .toString());
    }

    /** An answer is held as a whole, as are rows that are to be sorted. */
    @Test
    void whatIsTooLargeToHoldIsLeftToNeo4j() {
        String ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
        String thousand = "UNWIND %s AS a UNWIND %s AS b UNWIND %s AS c ".formatted(ten, ten, ten);
        String many =
                thousand
                        + thousand.replace(" a ", " d ")
                                .replace(" b ", " e ")
                                .replace(" c ", " f ");
        for (String end : List.of("RETURN a + f AS n", "RETURN a + f AS n ORDER BY n")) {
            assertTrue(answer(many + end).isEmpty(), end);
            assertEquals(
                    1000, answer(thousand + end.replace('f', 'c')).orElseThrow().rows().size());
        }
    }

    private static Optional<Question.Answer> answer(String cypher) {
        Question question = question(cypher);
        return violated.ask(question, question.keys(), Map.of(), new QueryStop());
    }

    static List<GuestGraph> graphs() {
        return List.of(
                GuestGraphs.sound(),
                GuestGraphs.violated(),
                GuestGraphs.shadowed(),
                GuestGraphs.crowded(300),
                GuestGraphs.changing(List.of(), 2, 3),
                GuestGraphs.changing(List.of("ptl"), 3, 3));
    }

    private static int opened;

    @ParameterizedTest
    @MethodSource("graphs")
    @Timeout(1200)
    void constraintsAreAnsweredAsNeo4jDoes(GuestGraph graph) {
        try (Checkpoint checkpoint = GuestGraphs.open(home, "guest" + ++opened, graph)) {
            assertAll(
                    QueryLibrary.builtIn().constraints().stream()
                            .map(each -> () -> assertSame(checkpoint, each.cypher())));
        }
    }

    @Test
    void whatTakesMoreOfCypherIsLeftToNeo4j() {
        for (String cypher :
                List.of(
                        "RETRUN 1 AS n",
                        "MATCH (t:Task)",
                        "MATCH (t:Task)-[:POINTS_TO*1..3]->(r) RETURN r.pa AS pa",
                        "MATCH (t:Task)--(r) RETURN r.pa AS pa",
                        "RETURN 1 AS n LIMIT 1",
                        "UNWIND [1] AS n RETURN n ORDER BY n DESC",
                        "RETURN 'it\\'s' AS n",
                        "CREATE (t:Task) RETURN t.pid AS n",
                        "RETURN 1 < 2 < 3 AS n",
                        "RETURN 1 AS n UNION RETURN 2 AS n")) {
            assertTrue(Question.of(cypher).isEmpty(), cypher);
        }
        for (String cypher :
                List.of(
                        "MATCH (t:Task) RETURN t",
                        "RETURN toLower('A') AS n",
                        "MATCH (n) RETURN n.pid AS n",
                        "RETURN $missing AS n",
                        "CALL db.labels() YIELD label RETURN label")) {
            Question question = question(cypher);
            assertTrue(
                    violated.ask(question, question.keys(), Map.of(), new QueryStop()).isEmpty(),
                    cypher);
        }
    }

    @Test
    void aQuestionIsStopped() {
        QueryStop stop = new QueryStop();
        stop.now("by a test");
        Question question =
                question(
                        "MATCH (a:PageTable) MATCH (b:PageTable) MATCH (c:PageTable) MATCH"
                                + " (d:PageTable) RETURN count(*) AS n");
        UserError stopped =
                assertThrows(
                        UserError.class,
                        () -> violated.ask(question, question.keys(), Map.of(), stop));
        assertTrue(String.valueOf(stopped.getMessage()).contains("stopped by a test"));
    }
}
