package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertyMap;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads a small graph once and asks everything of it. */
class CheckpointIT {
    private static final GuestGraph GRAPH = SmallGraph.named("small");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint checkpoint;

    @BeforeAll
    static void load() {
        StoreHome.at(home).load("small", GRAPH, Progress.NONE);
        checkpoint = StoreHome.at(home).open("small");
    }

    @AfterAll
    static void close() {
        checkpoint.close();
    }

    static List<List<@Nullable Object>> ask(String cypher) {
        return ask(cypher, Map.of());
    }

    static List<List<@Nullable Object>> ask(String cypher, Map<String, Object> parameters) {
        try (Rows rows = checkpoint.query(cypher, parameters)) {
            List<List<@Nullable Object>> all = new ArrayList<>();
            rows.forEachRemaining(all::add);
            return all;
        }
    }

    private static String refusal(String cypher) {
        UserError error = assertThrows(UserError.class, () -> ask(cypher));
        assertEquals(UserError.Kind.INPUT, error.kind());
        String message = String.valueOf(error.getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void everyNodeComesBackAsItWasPutIn() {
        List<List<@Nullable Object>> rows = ask("MATCH (n) RETURN n ORDER BY id(n)");
        assertEquals(GRAPH.nodeCount(), rows.size());
        int number = 0;
        for (GraphNode node : GRAPH.nodes()) {
            Map<String, Object> described = PropertyMap.of(node::describe);
            Set<String> labels = new TreeSet<>();
            node.labels().forEach(label -> labels.add(label.text()));
            assertEquals(
                    new NodeValue(number, List.copyOf(labels), described),
                    rows.get(number).getFirst());
            number++;
        }
    }

    @Test
    void everyRelationshipComesBackAsItWasPutIn() {
        Set<List<Object>> expected = new HashSet<>();
        for (GraphRelationship relationship : GRAPH.relationships()) {
            Map<String, Object> described = PropertyMap.of(relationship::describe);
            expected.add(
                    List.of(
                            relationship.type().name(),
                            (long) relationship.from(),
                            (long) relationship.to(),
                            described));
        }
        Set<List<Object>> actual = new HashSet<>();
        List<List<@Nullable Object>> rows = ask("MATCH ()-[r]->() RETURN r");
        for (List<@Nullable Object> row : rows) {
            RelationshipValue value = (RelationshipValue) row.getFirst();
            assertTrue(value != null);
            actual.add(List.of(value.type(), value.startId(), value.endId(), value.properties()));
        }
        assertEquals(GRAPH.relationshipCount(), rows.size());
        assertEquals(expected, actual);
    }

    @Test
    void aWalkIsAPath() {
        List<List<@Nullable Object>> rows =
                ask(
                        "MATCH p = (:Task {pid: 1})-[:POINTS_TO*]->(r:PageRange {kind: 'ram'})"
                                + " RETURN p, length(p) AS steps, r.pages ORDER BY r.pages");
        assertEquals(3, rows.size());
        assertEquals(List.of(6L, 6L, 5L), rows.stream().map(row -> row.get(1)).toList());
        PathValue path = (PathValue) rows.getLast().getFirst();
        assertTrue(path != null);
        assertEquals(
                List.of("Task", "MmStruct", "PageTable", "PageTable", "PageTable", "PageRange"),
                path.nodes().stream().map(node -> node.labels().getFirst()).toList());
        assertEquals(5, path.relationships().size());
    }

    @Test
    void everyIndexOfThisGraphIsOnlineAndUsed() {
        List<List<@Nullable Object>> indexes =
                ask(
                        "SHOW INDEXES YIELD state, type, labelsOrTypes, properties WHERE type ="
                                + " 'RANGE' RETURN labelsOrTypes[0], properties[0], state");
        Set<List<Object>> expected = new HashSet<>();
        for (GraphSchema.Index index : GraphSchema.INDEXES) {
            expected.add(List.of(index.label().text(), index.property(), "ONLINE"));
        }
        assertEquals(expected, new HashSet<Object>(indexes));
        assertEquals(
                List.of(List.of("init-worker")),
                ask("MATCH (t:Task) USING INDEX t:Task(pid) WHERE t.pid = 7 RETURN t.comm"));
        assertEquals(
                List.of(List.of(4L)),
                ask(
                        "MATCH (t:PageTable) USING INDEX t:PageTable(pa) WHERE t.pa > 1073754112"
                                + " RETURN count(t)"));
    }

    @Test
    void valuesAreOfPlainTypes() {
        assertEquals(
                List.of(
                        List.of(
                                1L,
                                2.5,
                                true,
                                "text",
                                List.of(1L, List.of("a")),
                                Map.of("k", 1L),
                                "2024-02-29",
                                "P1DT2H")),
                ask(
                        "RETURN 1 AS a, 2.5 AS b, true AS c, 'text' AS d, [1, ['a']] AS e, {k: 1}"
                                + " AS f, date('2024-02-29') AS g, duration('P1DT2H') AS h"));
        assertEquals(1, ask("RETURN null AS nothing").size());
        assertEquals(null, ask("RETURN null AS nothing").getFirst().getFirst());
    }

    @Test
    void columnsAreInTheQuerysOrder() {
        try (Rows rows = checkpoint.query("RETURN 1 AS z, 2 AS a, 3 AS m", Map.of())) {
            assertEquals(List.of("z", "a", "m"), rows.columns());
        }
    }

    @Test
    void parametersArePassed() {
        assertEquals(
                List.of(List.of("kthreadd")),
                ask("MATCH (t:Task {pid: $pid}) RETURN t.comm", Map.of("pid", 2L)));
    }

    @Test
    void aMissingParameterIsNamed() {
        String message = refusal("MATCH (t:Task {pid: $pid}) RETURN t");
        assertTrue(message.contains("pid"), message);
        assertTrue(message.toLowerCase(java.util.Locale.ROOT).contains("parameter"), message);
    }

    @Test
    void invalidCypherIsRefusedWithItsPlace() {
        String message = refusal("MATCH (t:Task)\nRETRUN t");
        assertTrue(message.contains("RETRUN"), message);
        assertTrue(message.contains("line 2"), message);
        assertTrue(message.contains("column 1"), message);
    }

    @Test
    void aQueryThatFailsAsItRunsIsRefused() {
        String message = refusal("UNWIND [1, 0] AS n RETURN 1 / n");
        assertTrue(message.contains("/ by zero"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE (:Task)",
                "MATCH (t:Task {pid: 1}) SET t.comm = 'x'",
                "MATCH (t:Task {pid: 1}) SET t.a_new_key = 'x'",
                "MATCH (t:Task {pid: 1}) SET t:ANewLabel",
                "MATCH (t:Task) DETACH DELETE t",
                "MERGE (t:Task {pid: 1}) ON MATCH SET t.comm = 'x'",
                "CREATE INDEX FOR (t:Task) ON (t.state)",
                "DROP INDEX Task_pid",
                "CALL db.createLabel('ANewLabel')",
                "CALL db.createProperty('a_new_key')",
            })
    void writingIsRefused(String cypher) {
        String message = refusal(cypher);
        assertTrue(message.contains("checkpoint"), message);
        assertEquals(List.of(List.of(3L)), ask("MATCH (t:Task) RETURN count(t)"));
        assertEquals(List.of(List.of("init")), ask("MATCH (t:Task {pid: 1}) RETURN t.comm"));
        assertEquals(
                List.of(List.of(0L)),
                ask(
                        "CALL db.labels() YIELD label WHERE label = 'ANewLabel' RETURN count(*) AS"
                                + " n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
                "LOAD CSV FROM 'http://127.0.0.1:1/' AS line RETURN line",
                "LOAD CSV FROM 'https://127.0.0.1:1/' AS line RETURN line",
                "LOAD CSV FROM 'ftp://127.0.0.1:1/' AS line RETURN line",
                "CALL dbms.listConfig() YIELD name, value RETURN *",
                "CALL dbms.killConnection('x')",
                "CREATE DATABASE other",
                "STOP DATABASE neo4j",
                "CREATE USER u SET PASSWORD 'password'",
            })
    void reachingOutsideIsRefused(String cypher) {
        refusal(cypher);
        assertEquals(List.of(List.of(3L)), ask("MATCH (t:Task) RETURN count(t)"));
    }

    @Test
    void numbersAreReadAndWrittenAsDebuggersDo() {
        assertEquals(
                List.of(List.of("0xffff694ddfe9c5d0", -165691786672688L, "0x40080000", 255L)),
                ask(
                        "RETURN tw.hex(tw.addr('0xffff694ddfe9c5d0')) AS a,"
                                + " tw.addr('ffff694ddfe9c5d0') AS b, tw.hex(1074266112) AS c,"
                                + " tw.addr(' 0xFF ') AS d"));
        assertEquals(
                List.of(List.of("2 MiB", "1.5 KiB", "0 B", "1023 B", "8 EiB")),
                ask(
                        "RETURN tw.size(2097152) AS a, tw.size(1536) AS b, tw.size(0) AS c,"
                                + " tw.size(1023) AS d, tw.size(9223372036854775807) AS e"));
        assertEquals(
                List.of(List.of(true, true, true, true, true)),
                ask(
                        "RETURN tw.hex(null) IS NULL AS a, tw.addr(null) IS NULL AS b,"
                                + " tw.size(null) IS NULL AS c, tw.perms(null) IS NULL AS d,"
                                + " tw.pa(null, 1) IS NULL AS e"));
        assertTrue(refusal("RETURN tw.addr('0xzz')").contains("'0xzz' is not an address"));
    }

    @Test
    void mappingsTellTheirPermissionsAndAddresses() {
        assertEquals(
                List.of(
                        List.of("r-x-u", SmallGraph.TEXT_PA + 5),
                        List.of("rw--u", 0x9000_0005L),
                        List.of("-w---", 0x9100_0005L)),
                ask(
                        "MATCH (:MmStruct)-[:POINTS_TO*]->(:PageTable)-[m:POINTS_TO]->(r:PageRange)"
                                + " RETURN tw.perms(m), tw.pa(m, m.va + 5) ORDER BY r.pa"));
        assertEquals(
                List.of(List.of(0x9000_3fffL, true, true)),
                ask(
                        "MATCH ()-[m:POINTS_TO]->(:PageRange {pa: 2415919104}) RETURN tw.pa(m, m.va"
                                + " + 16383), tw.pa(m, m.va + 16384) IS NULL, tw.pa(m, m.va - 1) IS"
                                + " NULL"));
        assertTrue(refusal("MATCH ()-[m:PARENT_OF]->() RETURN tw.perms(m)").contains("tw.perms"));
        assertTrue(refusal("MATCH ()-[m:PARENT_OF]->() RETURN tw.pa(m, 1)").contains("tw.pa"));
    }

    @Test
    void aWayTellsHowFarATableWasMoved() {
        assertEquals(
                List.of(List.of(true)),
                ask("RETURN tw.moved([]) = 0 AND tw.moved(null) IS NULL AS moved"));
        assertEquals(
                List.of(List.of(0L)),
                ask(
                        "MATCH way ="
                            + " (:MmStruct)-[:POINTS_TO*]->(:PageTable)-[:POINTS_TO]->(:PageRange)"
                            + " RETURN DISTINCT tw.moved(relationships(way)) AS moved"));
    }

    private static List<List<@Nullable Object>> walk(long pid, long va) {
        return ask(
                "CALL tw.walk($pid, $va) YIELD step, level, table_pa, index, descriptor, kind, pa"
                        + " RETURN step, level, table_pa, index, descriptor, kind, pa",
                Map.of("pid", pid, "va", va));
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return java.util.Arrays.asList(values);
    }

    @Test
    void aPageIsWalkedTo() {
        List<List<@Nullable Object>> expected =
                List.of(
                        row(0L, "PGD", 0x4000_1000L, 511L, "0x40004003", "table", 0x4000_4000L),
                        row(1L, "PUD", 0x4000_4000L, 256L, "0x40005003", "table", 0x4000_5000L),
                        row(2L, "PMD", 0x4000_5000L, 0L, "0x40006003", "table", 0x4000_6000L),
                        // The second page of a run of four: the first's descriptor, one page on.
                        row(3L, "PTE", 0x4000_6000L, 1L, "0xe8000090001f43", "leaf", 0x9000_1234L));
        assertEquals(expected, walk(1, SmallGraph.STACK + 0x1234));
        assertEquals(expected, walk(7, SmallGraph.STACK + 0x1234), "a thread has its leader's mm");
        assertEquals(
                List.of(List.of(0x9000_1234L)),
                ask(
                        "CALL tw.walk(1, '0xffffc0001234') YIELD kind, pa WHERE kind = 'leaf'"
                                + " RETURN pa"));
    }

    @Test
    void aBlockIsWalkedTo() {
        List<List<@Nullable Object>> steps = walk(1, SmallGraph.TEXT + 0x12_3456);
        assertEquals(3, steps.size());
        assertEquals(
                row(
                        2L,
                        "PMD",
                        0x4000_3000L,
                        0L,
                        "0xe8000080000f43",
                        "leaf",
                        SmallGraph.TEXT_PA + 0x12_3456),
                steps.getLast());
        assertEquals(
                List.of(List.of(true, true, true, "normal", 0x20_0000L)),
                ask(
                        "CALL tw.walk(1, '0xaaaa00000000') YIELD kind, attributes AS a WHERE kind ="
                                + " 'leaf' RETURN a.present, a.executable, a.contiguous, a.memory,"
                                + " a.size"));
    }

    @Test
    void aKernelAddressIsWalkedFromTheKernelsRoot() {
        List<List<@Nullable Object>> steps = walk(2, SmallGraph.LINEAR_MAP + 0x4000_1008L);
        assertEquals(
                List.of(
                        row(0L, "PGD", 0x4000_0000L, 0L, "0x40007003", "table", 0x4000_7000L),
                        row(1L, "PUD", 0x4000_7000L, 1L, "0xe8000040000f43", "leaf", 0x4000_1008L)),
                steps);
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertEquals(
                row(3L, "PTE", 0x4000_6000L, 4L, "0x4d010", "swap", null),
                walk(1, SmallGraph.STACK + 0x4000).getLast());
        assertEquals(
                List.of(List.of(0L, 77L)),
                ask(
                        "CALL tw.walk(1, '0xffffc0004000') YIELD kind, attributes AS a WHERE kind ="
                                + " 'swap' RETURN a.type, a.offset"));
        assertEquals(
                row(3L, "PTE", 0x4000_6000L, 5L, "0xe8000091000f43", "leaf", 0x9100_0000L),
                walk(1, SmallGraph.STACK + 0x5000).getLast());
        assertEquals(
                row(3L, "PTE", 0x4000_6000L, 6L, null, "empty", null),
                walk(1, SmallGraph.STACK + 0x6000).getLast());
        assertEquals(List.of(row(0L, "PGD", 0x4000_1000L, 0L, null, "empty", null)), walk(1, 0));
        assertTrue(refusal("CALL tw.walk(99, 0)").contains("no task has the pid 99"));
        assertTrue(refusal("CALL tw.walk(2, 0)").contains("no address space of its own"));
        assertTrue(refusal("CALL tw.walk(1, '0x1000000000000')").contains("48 bits"));
        assertTrue(refusal("CALL tw.walk(1, 1.5)").contains("not an address"));
    }

    @Test
    void aSecondOpeningSaysWhoHasIt() {
        UserError error = assertThrows(UserError.class, () -> StoreHome.at(home).open("small"));
        String message = String.valueOf(error.getMessage());
        assertTrue(
                message.startsWith(
                        "checkpoint 'small' is in use by process "
                                + ProcessHandle.current().pid()
                                + " (tablewalk"),
                message);
        assertTrue(message.contains(", since "), message);
        // Having asked has not let go of the lock.
        assertThrows(UserError.class, () -> StoreHome.at(home).open("small"));
        assertEquals("small", StoreHome.at(home).info("small").name());
        assertEquals(1, StoreHome.at(home).list().size());
    }

    @Test
    void anOpenCheckpointIsNotRemoved() {
        assertThrows(UserError.class, () -> StoreHome.at(home).remove("small"));
        assertEquals(List.of(List.of(3L)), ask("MATCH (t:Task) RETURN count(t)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UNWIND range(1, 1000000000000) AS n RETURN sum(n)",
                "UNWIND range(1, 1000000000000) AS n RETURN n"
            })
    void aQueryIsStoppedFromAnotherThread(String endless) {
        QueryStop stop = new QueryStop();
        Thread.ofPlatform()
                .start(
                        () -> {
                            LockSupport.parkNanos(200_000_000);
                            stop.now("by the test");
                        });
        UserError error =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () ->
                                assertThrows(
                                        UserError.class,
                                        () -> {
                                            try (Rows rows =
                                                    checkpoint.query(endless, Map.of(), stop)) {
                                                rows.forEachRemaining(row -> {});
                                            }
                                        }));
        assertEquals("the query was stopped by the test", error.getMessage());
        assertEquals(1, ask("RETURN 1").size());
    }

    @Test
    void whatIsStoppedBeforeItBeginsDoesNotBegin() {
        QueryStop stop = new QueryStop();
        stop.now("before it began");
        UserError error =
                assertThrows(UserError.class, () -> checkpoint.query("RETURN 1", Map.of(), stop));
        assertEquals("the query was stopped before it began", error.getMessage());
    }

    @Test
    void aStopAfterTheEndDoesNothing() {
        QueryStop stop = new QueryStop();
        try (Rows rows = checkpoint.query("RETURN 1 AS one", Map.of(), stop)) {
            assertEquals(List.of(1L), rows.next());
        }
        stop.now("too late");
        assertEquals(1, ask("RETURN 1").size());
    }
}
