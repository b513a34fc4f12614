package dev.tablewalk.cypher.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.ChildProcess;
import dev.tablewalk.cypher.SmallDisk;
import dev.tablewalk.cypher.load.SyntheticGraph;
import dev.tablewalk.cypher.saved.GuestGraphs;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A push into a Neo4j whose disk fills up. It is the one of its transaction logs: where its store
 * files cannot grow, Neo4j tries for ever to write them. And it is a process of its own, as tests
 * run with assertions, of which Neo4j has one that no torn log gets past.
 */
class FullServerIT {
    private static final int DISK_MIB = 64;
    private static final long LEFT = 1 << 20;

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
            int port = BoltServer.freePort();
            PushTarget target =
                    new PushTarget(
                            PushTarget.uri("bolt://127.0.0.1:" + port),
                            null,
                            "neo4j",
                            BoltServer.PASSWORD);
            try (ChildProcess server = ChildProcess.start(ServerProgram.class, folder, port, disk);
                    Push push = Push.to(started(server, target))) {
                fill(filler);
                UserError error =
                        assertThrows(UserError.class, () -> push.push(graph, false, Progress.NONE));
                assertEquals(2, error.kind().exitCode());
                String said = String.valueOf(error.getMessage());
                assertTrue(said.startsWith(target + ": it "), said);
                assertTrue(said.contains("the same command goes on where it was"), said);
                assertEquals(1, said.lines().count(), said);
            }
            Files.delete(filler);
            try (ChildProcess server = ChildProcess.start(ServerProgram.class, folder, port, disk);
                    Push push = Push.to(started(server, target))) {
                push.push(graph, false, Progress.NONE);
            }
            try (BoltServer server = BoltServer.start(folder, port, ServerProgram.logsIn(disk))) {
                assertEquals(Pushed.expected(checkpoint), Pushed.there(server, "guest"));
            }
        }
    }

    private static PushTarget started(ChildProcess server, PushTarget target) throws IOException {
        server.expect("started");
        return target;
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
