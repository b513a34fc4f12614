package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertyMap;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store home's own work, with real loads. */
class StoreHomeIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String refusal(Runnable action) {
        UserError error = assertThrows(UserError.class, action::run);
        assertEquals(UserError.Kind.INPUT, error.kind());
        String message = String.valueOf(error.getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void loadsListsAndRemoves() throws IOException {
        Path folder = dir.resolve("not").resolve("yet");
        StoreHome home = StoreHome.at(folder);
        assertEquals(List.of(), home.list());
        assertFalse(Files.exists(folder));
        assertTrue(refusal(() -> home.info("x")).contains("there is none yet"));

        CheckpointInfo loaded = home.load("b", SmallGraph.named("b"), Progress.NONE);
        assertEquals("b", loaded.name());
        assertEquals(loaded, home.info("b"));
        assertEquals(
                Map.of(
                        "Anomaly",
                        1L,
                        "Checkpoint",
                        1L,
                        "Cpu",
                        1L,
                        "File",
                        1L,
                        "MmStruct",
                        1L,
                        "PageRange",
                        5L,
                        "PageTable",
                        8L,
                        "Root",
                        2L,
                        "SwapRange",
                        1L,
                        "Task",
                        3L),
                without(loaded.nodes(), "Vma"));
        assertEquals(2L, loaded.nodes().get("Vma"));
        assertEquals(
                Map.of(
                        "ABOUT",
                        1L,
                        "HAS_VMA",
                        2L,
                        "MAPS",
                        1L,
                        "PARENT_OF",
                        1L,
                        "POINTS_TO",
                        17L,
                        "SWAPPED_TO",
                        1L,
                        "THREAD_OF",
                        1L),
                loaded.relationships());
        assertEquals(
                PropertyMap.of(SmallGraph.named("b").checkpoint()::describe), loaded.properties());
        assertEquals(
                List.of("name", "guest", "guest_from"),
                List.copyOf(home.info("b").properties().keySet()).subList(0, 3));
        assertTrue(loaded.sizeBytes() > 10_000 && loaded.sizeBytes() < 8 << 20, loaded.toString());

        home.load("a", SmallGraph.named("a"), Progress.NONE);
        assertEquals(List.of("a", "b"), home.list().stream().map(CheckpointInfo::name).toList());
        assertEquals(List.of(".lock", "a", "b"), files(folder));
        assertTrue(refusal(() -> home.info("x")).contains("there are a, b"));
        assertTrue(refusal(() -> home.requireFree("a")).contains("exists already"));
        assertTrue(
                refusal(() -> home.load("a", SmallGraph.named("a"), Progress.NONE))
                        .contains("exists already"));

        home.remove("b");
        assertEquals(List.of(".lock", "a"), files(folder));
        assertTrue(refusal(() -> home.remove("b")).contains("no checkpoint 'b'"));
    }

    private static Map<String, Long> without(Map<String, Long> counts, String key) {
        Map<String, Long> rest = new java.util.HashMap<>(counts);
        rest.remove(key);
        return rest;
    }

    @Test
    void openingLeavesTheStoreAsItWas() throws IOException {
        StoreHome home = StoreHome.at(dir);
        home.load("a", SmallGraph.named("a"), Progress.NONE);
        for (int i = 0; i < 2; i++) {
            try (Checkpoint open = home.open("a");
                    Rows rows = open.query("MATCH (n) RETURN count(n)", Map.of())) {
                assertEquals(List.of((long) SmallGraph.named("a").nodeCount()), rows.next());
                assertFalse(rows.hasNext());
            }
        }
        home.remove("a");
        assertEquals(List.of(".lock"), files(dir));
    }

    @Test
    void aLoadThatFailsLeavesNothing() throws IOException {
        GuestGraph whole = SmallGraph.named("a");
        GuestGraph torn =
                new GuestGraph() {
                    @Override
                    public GraphNode.Checkpoint checkpoint() {
                        return whole.checkpoint();
                    }

                    @Override
                    public int nodeCount() {
                        return whole.nodeCount();
                    }

                    @Override
                    public Iterable<GraphNode> nodes() {
                        return whole.nodes();
                    }

                    @Override
                    public long relationshipCount() {
                        return whole.relationshipCount();
                    }

                    @Override
                    public Iterable<GraphRelationship> relationships() {
                        return () -> {
                            Iterator<GraphRelationship> all = whole.relationships().iterator();
                            return new Iterator<>() {
                                @Override
                                public boolean hasNext() {
                                    return true;
                                }

                                @Override
                                public GraphRelationship next() {
                                    if (!all.hasNext()) {
                                        throw new IllegalStateException("torn");
                                    }
                                    return all.next();
                                }
                            };
                        };
                    }
                };
        StoreHome home = StoreHome.at(dir);
        Throwable failure =
                assertThrows(RuntimeException.class, () -> home.load("a", torn, Progress.NONE));
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        assertEquals("torn", failure.getMessage());
        assertEquals(List.of(".lock"), files(dir));
        home.load("a", whole, Progress.NONE);
        assertEquals(1, home.list().size());
    }

    @Test
    void aDamagedStoreIsSaidToBe() throws IOException {
        StoreHome home = StoreHome.at(dir);
        home.load("a", SmallGraph.named("a"), Progress.NONE);
        Path database = dir.resolve("a/data/databases/neo4j");
        try (Stream<Path> files = Files.list(database)) {
            files.filter(file -> file.getFileName().toString().startsWith("neostore"))
                    .forEach(
                            file -> {
                                try {
                                    Files.write(file, new byte[8192]);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        }
        String message = refusal(() -> home.open("a"));
        assertTrue(message.startsWith("the store of checkpoint 'a' cannot be opened: "), message);
        // The failed opening holds nothing.
        home.remove("a");
        assertEquals(List.of(".lock"), files(dir));
    }
}
