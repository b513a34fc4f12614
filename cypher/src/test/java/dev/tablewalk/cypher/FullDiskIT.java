package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.cypher.load.SyntheticGraph;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads on a disk of 16 MiB, which only root can make. */
class FullDiskIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    private @Nullable SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.mount(dir, 16);
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            disk.close();
        }
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void roomIsAskedForBefore() throws Exception {
        GuestGraph large = SyntheticGraph.of(80, 12_000, 7000, 60_000, 2000);
        UserError error =
                assertThrows(
                        UserError.class, () -> StoreHome.at(dir).load("a", large, Progress.NONE));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.startsWith("no room in " + dir), message);
        assertTrue(message.contains("16 MiB are free"), message);
        assertEquals(List.of(), files());
    }

    @Test
    void runningOutOfRoomLeavesNothing() throws Exception {
        GuestGraph large = SyntheticGraph.of(80, 12_000, 7000, 60_000, 2000);
        UserError error =
                assertThrows(
                        UserError.class,
                        () -> StoreHome.at(dir).load("a", understated(large), Progress.NONE));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.startsWith("no room left in " + dir), message);
        assertEquals(List.of(".lock"), files());
        assertEquals(List.of(), StoreHome.at(dir).list());
        StoreHome.at(dir).load("small", SmallGraph.named("small"), Progress.NONE);
        assertEquals(1, StoreHome.at(dir).list().size());
    }

    /** A graph that has more relationships than it says. */
    private static GuestGraph understated(GuestGraph graph) {
        return new GuestGraph() {
            @Override
            public GraphNode.Checkpoint checkpoint() {
                return graph.checkpoint();
            }

            @Override
            public int nodeCount() {
                return 100;
            }

            @Override
            public Iterable<GraphNode> nodes() {
                return graph.nodes();
            }

            @Override
            public long relationshipCount() {
                return 100;
            }

            @Override
            public Iterable<GraphRelationship> relationships() {
                return graph.relationships();
            }
        };
    }
}
