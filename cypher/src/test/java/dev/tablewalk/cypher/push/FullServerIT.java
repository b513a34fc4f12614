package dev.tablewalk.cypher.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.SmallDisk;
import dev.tablewalk.cypher.load.SyntheticGraph;
import dev.tablewalk.cypher.saved.GuestGraphs;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.graphdb.config.Setting;

/**
 * A push into a Neo4j whose disk fills up. It is the one of its transaction logs: where its store
 * files cannot grow, Neo4j tries for ever to write them.
 */
class FullServerIT {
    private static final int DISK_MIB = 64;
    private static final long LEFT = 1 << 20;

    /** It may have written a part of a transaction last, at which Neo4j else does not start. */
    private static final Setting<Boolean> FAIL_ON_TORN_LOG =
            GraphDatabaseInternalSettings.fail_on_corrupted_log_files;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    @Test
    void goesOnOnceThereIsRoom() throws Exception {
        Path folder = dir.resolve("server");
        Path disk = Files.createDirectory(dir.resolve("logs"));
        try (SmallDisk _ = SmallDisk.mount(disk, DISK_MIB);
                Checkpoint checkpoint =
                        GuestGraphs.open(
                                dir.resolve("home"),
                                "guest",
                                SyntheticGraph.of(20, 600, 2000, 6000, 500))) {
            WholeGraph graph = new WholeGraph(checkpoint);
            Path filler = disk.resolve("filler");
            Map<Setting<?>, Object> settings =
                    Map.of(
                            GraphDatabaseSettings.transaction_logs_root_path,
                            disk,
                            FAIL_ON_TORN_LOG,
                            false);
            try (BoltServer server = BoltServer.start(folder, BoltServer.freePort(), settings);
                    Push push = Push.to(server.target())) {
                fill(filler);
                UserError error =
                        assertThrows(UserError.class, () -> push.push(graph, false, Progress.NONE));
                assertEquals(2, error.kind().exitCode());
                String said = String.valueOf(error.getMessage());
                assertTrue(said.startsWith(server.target() + ": it "), said);
                assertTrue(said.contains("the same command goes on where it was"), said);
                assertEquals(1, said.lines().count(), said);
                Files.delete(filler); // or it could not even end
            }
            try (BoltServer server = BoltServer.start(folder, BoltServer.freePort(), settings);
                    Push push = Push.to(server.target())) {
                push.push(graph, false, Progress.NONE);
                assertEquals(Pushed.expected(checkpoint), Pushed.there(server, "guest"));
            }
        }
    }

    private static void fill(Path filler) throws IOException {
        FileStore disk = Files.getFileStore(filler.getParent());
        byte[] some = new byte[1 << 16];
        try (var to = Files.newOutputStream(filler)) {
            while (disk.getUsableSpace() > LEFT) {
                to.write(some);
            }
        }
    }
}
