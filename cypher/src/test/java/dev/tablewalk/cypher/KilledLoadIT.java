package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.GraphSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A load that is killed at any moment leaves a whole checkpoint or none. */
class KilledLoadIT {
    private static final int ROUNDS = 6;
    private static final int LONGEST_WAIT_MS = 2000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    private static List<String> hidden(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(".loading"))
                    .toList();
        }
    }

    @Test
    void leavesAWholeCheckpointOrNone() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int torn = 0;
        int whole = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path folder = dir.resolve("home-" + round);
            try (ChildProcess child = ChildProcess.start(LoadLoop.class, folder)) {
                child.expect("loading load-0");
                if (round % 2 == 1) {
                    child.expect("loaded load-0");
                }
                // The moment is what is tested: a random one, unless the child ends before.
                boolean ended =
                        child.process()
                                .waitFor(random.nextInt(LONGEST_WAIT_MS), TimeUnit.MILLISECONDS);
                assertEquals(false, ended, "the child ended of itself");
                child.kill();
            }
            torn += hidden(folder).size();
            StoreHome home = StoreHome.at(folder);
            List<CheckpointInfo> all = home.list();
            assertEquals(List.of(), hidden(folder));
            for (CheckpointInfo info : all) {
                assertEquals(GraphSchema.VERSION, info.schemaVersion(), info.toString());
            }
            if (!all.isEmpty()) {
                whole++;
                assertIsWhole(home, all);
            }
        }
        assertTrue(torn > 0, "no load was hit");
        assertTrue(whole > 0, "no load was finished");
    }

    /** The last that was loaded: those before it were left alone for longer. */
    private static void assertIsWhole(StoreHome home, List<CheckpointInfo> all) {
        String name = "load-" + (all.size() - 1);
        try (Checkpoint open = home.open(name)) {
            assertEquals(
                    (long) SmallGraph.named(name).nodeCount(),
                    count(open, "MATCH (n) RETURN count(n)"));
            assertEquals(
                    SmallGraph.named(name).relationshipCount(),
                    count(open, "MATCH ()-[r]->() RETURN count(r)"));
            assertEquals(
                    1,
                    count(
                            open,
                            "MATCH (t:Task) USING INDEX t:Task(pid) WHERE t.pid = 7 RETURN"
                                    + " count(t)"));
            assertEquals(
                    0,
                    count(
                            open,
                            "SHOW INDEXES YIELD state WHERE state <> 'ONLINE' RETURN count(*) AS"
                                    + " n"));
        }
    }

    private static long count(Checkpoint open, String query) {
        try (Rows rows = open.query(query, Map.of())) {
            return rows.next().getFirst() instanceof Long count ? count : -1;
        }
    }
}
