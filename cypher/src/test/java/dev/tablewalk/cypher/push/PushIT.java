package dev.tablewalk.cypher.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.cypher.saved.GuestGraphs;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertySink;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints in a Neo4j that others use too. */
class PushIT {
    private static final int BATCH = 50;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path dir;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Checkpoint sound;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Checkpoint violated;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Checkpoint small;

    @SuppressWarnings("NullAway.Init") // set in open()
    static BoltServer server;

    @BeforeAll
    static void open() throws IOException {
        Path home = dir.resolve("home");
        sound = GuestGraphs.open(home, "sound", GuestGraphs.sound());
        violated = GuestGraphs.open(home, "vio.lated-2", GuestGraphs.violated());
        small = GuestGraphs.open(home, "small", SmallGraph.named("small"));
        server = BoltServer.start(dir.resolve("server"));
    }

    @AfterAll
    static void close() {
        server.close();
        small.close();
        violated.close();
        sound.close();
    }

    @BeforeEach
    void clear() {
        server.write("MATCH (n) DETACH DELETE n");
        server.write("CREATE (:Task {pid: 42, comm: 'of somebody else'})");
    }

    private static Push.Result push(Checkpoint checkpoint) throws IOException {
        return push(new WholeGraph(checkpoint), false);
    }

    private static Push.Result push(PushedGraph graph, boolean replace) throws IOException {
        try (Push push = Push.to(server.target(), BATCH)) {
            return push.push(graph, replace, Progress.NONE);
        }
    }

    private static String refused(PushedGraph graph) {
        return String.valueOf(assertThrows(UserError.class, () -> push(graph, false)).getMessage());
    }

    private static void assertIsThere(Checkpoint checkpoint) throws IOException {
        assertEquals(Pushed.expected(checkpoint), Pushed.there(server, checkpoint.info().name()));
    }

    @Test
    void severalAreThereWholeAndApart() throws IOException {
        for (Checkpoint each : List.of(sound, violated, small)) {
            assertFalse(push(each).wasThere());
        }
        for (Checkpoint each : List.of(sound, violated, small)) {
            assertIsThere(each);
            assertTrue(push(each).wasThere());
            assertIsThere(each);
        }
        assertEquals(1, server.number("MATCH (t:Task) WHERE t.checkpoint IS NULL RETURN count(t)"));
        assertEquals(
                1,
                server.number(
                        "MATCH (t:Task:Checkpoint_small) USING INDEX t:Task(pid) WHERE t.pid = 7"
                                + " RETURN count(t)"));
    }

    @Test
    void aClusterIsAskedThroughItsRoutingTable() throws IOException {
        try (Push push = Push.to(server.target("neo4j", BoltServer.PASSWORD), BATCH)) {
            push.push(new WholeGraph(small), false, Progress.NONE);
        }
        assertIsThere(small);
    }

    @Test
    void aPushThatEndedHalfwayIsGoneOnWith() throws IOException {
        long size = new WholeGraph(violated).size();
        assertTrue(size > 6 * BATCH, "too small: " + size);
        PushedGraph breaking = new Breaking(violated, 2 * BATCH + 3);
        for (int i = 0; i < 2; i++) {
            assertThrows(IllegalStateException.class, () -> push(breaking, false));
            assertEquals(
                    2 * BATCH,
                    server.number(
                            "MATCH (p:TablewalkPush {checkpoint: 'vio.lated-2'}) RETURN p.done"));
        }
        assertEquals(new Push.Result(false, 2 * BATCH, size), push(violated));
        assertIsThere(violated);
    }

    @Test
    void somethingElseOfThatNameIsReplacedOnlyIfThatIsSaid() throws IOException {
        push(small);
        push(sound);
        PushedGraph other = new Renamed(violated, "small");
        assertTrue(
                refused(other)
                        .endsWith(
                                "there is another graph of a checkpoint small already; --replace"
                                        + " removes it first"),
                refused(other));
        assertIsThere(small);
        push(other, true);
        assertEquals(Pushed.expected(violated), Pushed.there(server, "small"));
        assertIsThere(sound);
        assertEquals(1, server.number("MATCH (t:Task) WHERE t.checkpoint IS NULL RETURN count(t)"));
        assertTrue(refused(new Renamed(violated, "sound")).contains("another graph"));
    }

    @Test
    void aRemovalThatEndedHalfwayIsGoneOnWith() throws IOException {
        push(violated);
        server.write(
                "MATCH (p:TablewalkPush {checkpoint: 'vio.lated-2'}) SET p.state = 'removing'");
        server.write("MATCH (n:`Checkpoint_vio.lated-2`) WITH n LIMIT 30 DETACH DELETE n");
        push(violated);
        assertIsThere(violated);
    }

    @Test
    void nodesOfThatNameThatNoPushMadeAreNotTouched() throws IOException {
        server.write("CREATE (:Checkpoint_small {mine: true})");
        assertTrue(
                refused(new WholeGraph(small))
                        .contains("there is what no push made of a checkpoint small"));
        assertEquals(0, server.number("MATCH (p:TablewalkPush) RETURN count(p)"));
        push(new WholeGraph(small), true);
        assertIsThere(small);
    }

    @Test
    void whoeverWritesAtTheSameTimeDoublesNothing() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            push(violated);
                                        } catch (IOException | RuntimeException e) {
                                            failures.add(e);
                                        }
                                    }));
        }
        for (Thread each : threads) {
            each.join();
        }
        assertEquals(List.of(), failures);
        assertIsThere(violated);
    }

    @Test
    void savedQueriesAnswerWhatTheyAnswerWhereTheStoreIs() throws IOException {
        List<Checkpoint> all = List.of(sound, violated, small);
        for (Checkpoint each : all) {
            push(each);
        }
        int asked = 0;
        int rows = 0;
        for (SavedQuery query : QueryLibrary.builtIn().all()) {
            if (query.subject() == Subject.DIFF
                    || query.cypher().contains("tw.")
                    || !query.parameters().stream().allMatch(p -> p.standard() != null)) {
                continue;
            }
            asked++;
            Map<String, Object> values = query.values(Map.of());
            for (Checkpoint each : all) {
                List<String> expected = new ArrayList<>();
                try (Rows answer = each.query(query.cypher(), values)) {
                    while (answer.hasNext()) {
                        expected.add(text(answer.next()));
                    }
                }
                String cypher = PushedQuery.of(query, each.info().name());
                List<String> there =
                        server.rows(cypher, values).stream()
                                .map(PushIT::text)
                                .collect(Collectors.toList());
                expected.sort(null);
                there.sort(null);
                assertEquals(expected, there, query.id() + " of " + each.info().name());
                rows += there.size();
            }
        }
        assertTrue(asked >= 18 && rows > 18, asked + " queries, " + rows + " rows");
    }

    @Test
    void documentedRecipesDoToo() throws IOException {
        List<Checkpoint> all = List.of(sound, violated);
        for (Checkpoint each : all) {
            push(each);
        }
        int asked = 0;
        int rows = 0;
        for (String block : cypher("docs/recipes.md")) {
            String recipe = block.replace("pid: 42", "pid: 100");
            if (recipe.contains("tw.")) {
                continue;
            }
            asked++;
            for (Checkpoint each : all) {
                List<String> expected = new ArrayList<>();
                try (Rows answer = each.query(recipe, Map.of())) {
                    while (answer.hasNext()) {
                        expected.add(text(answer.next()));
                    }
                }
                List<String> there =
                        server
                                .rows(
                                        PushedQuery.restricted(
                                                recipe, "recipe", each.info().name()),
                                        Map.of())
                                .stream()
                                .map(PushIT::text)
                                .collect(Collectors.toList());
                expected.sort(null);
                there.sort(null);
                assertEquals(expected, there, recipe);
                rows += there.size();
            }
        }
        assertTrue(asked >= 4 && rows > 2, asked + " recipes, " + rows + " rows");
    }

    @Test
    void documentedQuestionsAreTakenAndDocumentedRemovalsRemove() throws IOException {
        push(new Renamed(violated, "before"), false);
        push(small);
        List<String> removals = new ArrayList<>();
        int asked = 0;
        for (String block : cypher("docs/push.md")) {
            if (block.contains("DELETE")) {
                removals.add(block);
            } else {
                server.rows(block, Map.of());
                asked++;
            }
        }
        assertEquals(3, asked);
        assertTrue(server.number("MATCH (n:Checkpoint_before) RETURN count(n)") > 0);
        removals.forEach(server::write);
        assertEquals(0, server.number("MATCH (n:Checkpoint_before) RETURN count(n)"));
        assertEquals(1, server.number("MATCH (p:TablewalkPush) RETURN count(p)"));
        assertIsThere(small);
    }

    /** The blocks of Cypher of a page. */
    private static List<String> cypher(String page) throws IOException {
        return Pattern.compile("```cypher\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", page)))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String text(List<?> row) {
        return row.stream()
                .map(PushIT::plain)
                .map(String::valueOf)
                .collect(Collectors.joining(" | "));
    }

    private static Object plain(Object value) {
        return switch (value) {
            case null -> "null";
            case Object[] list -> Arrays.asList(list);
            case Map<?, ?> map -> new TreeMap<>(map);
            default -> value;
        };
    }

    @Test
    void anOverviewTellsWhatCheckFinds() throws IOException {
        List<SavedQuery> constraints = QueryLibrary.builtIn().constraints(Subject.CHECKPOINT);
        for (Checkpoint each : List.of(sound, violated)) {
            PushedGraph overview = Overview.of(each, constraints, Progress.NONE);
            push(overview, false);
            assertTrue(push(Overview.of(each, constraints, Progress.NONE), false).wasThere());
            String mine = PushedGraph.label(each.info().name());
            List<List<Object>> expected = new ArrayList<>();
            for (Outcome outcome :
                    new CheckRun(each, Map.of(), 1000, Progress.NONE).outcomes(constraints)) {
                expected.add(
                        List.of(
                                outcome.query().id(),
                                outcome.state().toString(),
                                outcome.count(),
                                (long) outcome.rows().size()));
            }
            expected.sort(Comparator.comparing(Object::toString));
            assertEquals(
                    expected,
                    server.rows(
                            "MATCH (c:Checkpoint:"
                                    + mine
                                    + ")-[r:CHECKED]->(k:Constraint) OPTIONAL MATCH"
                                    + " (c)-[:HAS_VIOLATION]->(v)-[:VIOLATES]->(k) WITH k, r,"
                                    + " count(v) AS n RETURN k.id, r.state, r.violations, n ORDER"
                                    + " BY k.id",
                            Map.of()));
            for (String label : List.of("Task", "Anomaly")) {
                assertEquals(
                        each.info().nodes().getOrDefault(label, 0L),
                        server.number(
                                "MATCH (:Checkpoint:"
                                        + mine
                                        + ")-[r]->(:"
                                        + label
                                        + ":"
                                        + mine
                                        + ") RETURN count(r)"));
            }
            assertEquals(
                    each.info().relationships().getOrDefault("PARENT_OF", 0L),
                    server.number(
                            "MATCH (:Task:"
                                    + mine
                                    + ")-[r:PARENT_OF]->(:Task:"
                                    + mine
                                    + ") RETURN count(r)"));
        }
        assertEquals(1, server.number("MATCH (k:Kernel) RETURN count(k)"));
        assertEquals(2, server.number("MATCH (:Checkpoint)-->(g:Guest) RETURN count(g)"));
        assertTrue(
                refused(new WholeGraph(sound))
                        .contains("there is the overview of a checkpoint sound"));
        push(new WholeGraph(sound), true);
        assertIsThere(sound);
    }

    /** A graph that cannot be read to its end. */
    private static final class Breaking extends Renamed {
        private final int after;

        Breaking(Checkpoint checkpoint, int after) {
            super(checkpoint, checkpoint.info().name());
            this.after = after;
        }

        @Override
        public void read(GraphSink to, Progress progress) throws IOException {
            int[] left = {after};
            super.read(
                    new GraphSink() {
                        @Override
                        public PropertySink node(int number, Set<String> labels)
                                throws IOException {
                            return to.node(number, labels);
                        }

                        @Override
                        public PropertySink relationship(
                                String type,
                                int from,
                                Set<String> fromLabels,
                                int end,
                                Set<String> endLabels)
                                throws IOException {
                            return to.relationship(type, from, fromLabels, end, endLabels);
                        }

                        @Override
                        public void end() throws IOException {
                            if (left[0]-- == 0) {
                                throw new IllegalStateException("broken");
                            }
                            to.end();
                        }
                    },
                    progress);
        }
    }

    /** A checkpoint under another name. */
    private static class Renamed implements PushedGraph {
        private final WholeGraph graph;
        private final String name;

        Renamed(Checkpoint checkpoint, String name) {
            this.graph = new WholeGraph(checkpoint);
            this.name = name;
        }

        @Override
        public CheckpointInfo info() {
            CheckpointInfo info = graph.info();
            return new CheckpointInfo(
                    name,
                    info.created(),
                    info.schemaVersion(),
                    info.sizeBytes(),
                    info.properties(),
                    info.nodes(),
                    info.relationships());
        }

        @Override
        public String kind() {
            return graph.kind();
        }

        @Override
        public String fingerprint() {
            return graph.fingerprint();
        }

        @Override
        public long size() {
            return graph.size();
        }

        @Override
        public void read(GraphSink to, Progress progress) throws IOException {
            graph.read(to, progress);
        }

        @Override
        public List<Statement> links() {
            return List.of();
        }
    }
}
