package dev.tablewalk.cli.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.picture.FrameLayers;
import dev.tablewalk.cypher.picture.Layer;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest with the shadow that KASAN maps: 16 million ways lead to one table. All that is done with
 * a guest goes by its tables, or these tests would not end.
 */
@Timeout(1200)
class SharedTablesIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint checkpoint;

    @BeforeAll
    static void load() throws IOException {
        Path image = folder.resolve("shadow.raw");
        WideGuest.write("shadow", 0, image);
        checkpoint = CheckedGuest.ingest(folder, image, "guest");
    }

    @AfterAll
    static void close() {
        checkpoint.close();
    }

    @Test
    void theShadowIsThere() {
        try (Rows rows =
                checkpoint.query(
                        "MATCH (t:PageTable)<-[p:POINTS_TO]-(:PageTable) WITH t, count(p) AS n"
                                + " WHERE n > 1 RETURN t.level, n ORDER BY n, t.level",
                        Map.of())) {
            assertEquals(List.of("PUD", 64L), rows.next());
            assertEquals(List.of("PMD", 512L), rows.next());
            assertEquals(List.of("PTE", 512L), rows.next());
        }
    }

    @Test
    void allIsWellThere() {
        CheckedGuest.of(checkpoint).assertSilent();
    }

    @Test
    void itIsLikeItself() {
        GuestGraph graph = checkpoint.graph(Progress.NONE);
        assertTrue(Diff.of(graph, graph, Progress.NONE).difference().isNone());
    }

    @Test
    void itIsDrawn() {
        for (Layer layer : Layer.values()) {
            assertTrue(FrameLayers.read(checkpoint, layer).grid() != null);
        }
    }
}
