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
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads that begin before there is a graph. */
class LoadIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void makesWhatALoadAtOnceMakes() throws IOException {
        StoreHome home = StoreHome.at(dir);
        GuestGraph graph = SmallGraph.named("a");
        CheckpointInfo atOnce = home.load("b", graph, Progress.NONE);
        try (Load load = home.begin("a")) {
            assertEquals(List.of("b"), home.list().stream().map(CheckpointInfo::name).toList());
            CheckpointInfo info = load.finish(graph, Progress.NONE);
            assertEquals(atOnce.nodes(), info.nodes());
            assertEquals(atOnce.relationships(), info.relationships());
        }
        try (Checkpoint open = home.open("a");
                Rows rows = open.query("MATCH (n) RETURN count(n)", Map.of())) {
            assertEquals((long) graph.nodeCount(), rows.next().getFirst());
        }
        assertEquals(List.of(".lock", "a", "b"), files());
    }

    @Test
    void severalAtOnceDoNotDisturbEachOther() {
        StoreHome home = StoreHome.at(dir);
        try (Load first = home.begin("a");
                Load second = home.begin("b")) {
            second.finish(SmallGraph.named("b"), Progress.NONE);
            first.finish(SmallGraph.named("a"), Progress.NONE);
        }
        assertEquals(List.of("a", "b"), home.list().stream().map(CheckpointInfo::name).toList());
    }

    @Test
    void givenUpItLeavesNothing() throws IOException {
        StoreHome home = StoreHome.at(dir);
        home.begin("a").close();
        assertEquals(List.of(".lock"), files());
        home.load("a", SmallGraph.named("a"), Progress.NONE);
        assertEquals(List.of(".lock", "a"), files());
    }

    @Test
    void aGraphThatFailsLeavesNothing() throws IOException {
        StoreHome home = StoreHome.at(dir);
        try (Load load = home.begin("a")) {
            RuntimeException error =
                    assertThrows(
                            RuntimeException.class,
                            () -> load.finish(failing(SmallGraph.named("a")), Progress.NONE));
            boolean told = false;
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                told |= String.valueOf(cause.getMessage()).contains("relationships fail");
            }
            assertTrue(told, error.toString());
        }
        assertEquals(List.of(".lock"), files());
    }

    @Test
    void theNameCanBeTakenMeanwhile() throws IOException {
        StoreHome home = StoreHome.at(dir);
        try (Load load = home.begin("a")) {
            home.load("a", SmallGraph.named("a"), Progress.NONE);
            UserError error =
                    assertThrows(
                            UserError.class,
                            () -> load.finish(SmallGraph.named("a"), Progress.NONE));
            assertTrue(String.valueOf(error.getMessage()).contains("exists already"));
        }
        assertEquals(List.of(".lock", "a"), files());
        assertFalse(home.list().isEmpty());
    }

    private static GuestGraph failing(GuestGraph graph) {
        return new GuestGraph() {
            @Override
            public GraphNode.Checkpoint checkpoint() {
                return graph.checkpoint();
            }

            @Override
            public int nodeCount() {
                return graph.nodeCount();
            }

            @Override
            public Iterable<GraphNode> nodes() {
                return graph.nodes();
            }

            @Override
            public long relationshipCount() {
                return graph.relationshipCount();
            }

            @Override
            public Iterable<GraphRelationship> relationships() {
                throw new IllegalStateException("relationships fail");
            }
        };
    }
}
