package dev.tablewalk.cypher.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.ChildProcess;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.load.SyntheticGraph;
import dev.tablewalk.cypher.saved.GuestGraphs;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Record;
import org.neo4j.driver.exceptions.Neo4jException;

/** A push of which one side is killed at every tenth batch is whole in the end. */
class KilledPushIT {
    private static final int BATCH = 300;
    private static final int KILL_AFTER = 10 * BATCH;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    /** Closed before another process opens it: {@link #open} opens it again. */
    private void load() {
        GuestGraphs.open(dir.resolve("home"), "guest", SyntheticGraph.of(20, 600, 2000, 6000, 500))
                .close();
    }

    private Checkpoint open() {
        return StoreHome.at(dir.resolve("home")).open("guest");
    }

    private static long done(BoltServer server) {
        return server.number(
                "OPTIONAL MATCH (p:TablewalkPush {checkpoint: 'guest'}) RETURN coalesce(p.done,"
                        + " 0)");
    }

    @Test
    void whoPushes() throws Exception {
        load();
        int kills = 0;
        try (BoltServer server = BoltServer.start(dir.resolve("server"))) {
            boolean ended = false;
            while (!ended) {
                long next = done(server) + KILL_AFTER;
                try (ChildProcess child =
                        ChildProcess.start(
                                PushProgram.class,
                                dir.resolve("home"),
                                "guest",
                                server.target().uri(),
                                BATCH)) {
                    while (child.process().isAlive() && done(server) < next) {
                        TimeUnit.MILLISECONDS.sleep(1);
                    }
                    ended = !child.process().isAlive();
                    if (ended) {
                        assertEquals(0, child.process().exitValue());
                    } else {
                        kills++;
                    }
                }
            }
            assertTrue(kills >= 2, kills + " kills");
            try (Checkpoint guest = open()) {
                assertEquals(Pushed.expected(guest), Pushed.there(server, "guest"));
            }
        }
    }

    @Test
    void theServer() throws Exception {
        load();
        int port = BoltServer.freePort();
        Path folder = dir.resolve("server");
        int kills = 0;
        try (Checkpoint guest = open()) {
            CompletableFuture<Push.Result> push = null;
            while (push == null || !push.isDone()) {
                try (ChildProcess server = ChildProcess.start(ServerProgram.class, folder, port)) {
                    server.expect("started");
                    if (push == null) {
                        push = CompletableFuture.supplyAsync(() -> push(guest, port));
                    }
                    long next = done(port) + KILL_AFTER;
                    while (!push.isDone() && done(port) < next) {
                        TimeUnit.MILLISECONDS.sleep(1);
                    }
                    kills += push.isDone() ? 0 : 1;
                }
                if (push.isCompletedExceptionally()) {
                    push = null; // who has waited long enough: the same is done again
                }
            }
            assertTrue(kills >= 2, kills + " kills");
            try (BoltServer server = BoltServer.start(folder, port, Map.of())) {
                assertEquals(Pushed.expected(guest), Pushed.there(server, "guest"));
            }
        }
    }

    private static Push.Result push(Checkpoint guest, int port) {
        PushTarget target =
                new PushTarget(
                        PushTarget.uri("bolt://127.0.0.1:" + port),
                        null,
                        "neo4j",
                        BoltServer.PASSWORD);
        try (Push push = Push.to(target, BATCH)) {
            return push.push(new WholeGraph(guest), false, Progress.NONE);
        } catch (UserError e) {
            assertTrue(
                    String.valueOf(e.getMessage()).contains("goes on where it was"),
                    String.valueOf(e.getMessage()));
            throw e;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** As a reader of the server in another process sees it. */
    private static long done(int port) {
        try (Driver driver =
                GraphDatabase.driver(
                        "bolt://127.0.0.1:" + port,
                        AuthTokens.basic("neo4j", BoltServer.PASSWORD))) {
            return driver
                    .executableQuery(
                            "MATCH (p:TablewalkPush {checkpoint: 'guest'}) RETURN p.done AS done")
                    .execute()
                    .records()
                    .stream()
                    .map(Record::values)
                    .mapToLong(values -> values.getFirst().asLong())
                    .sum();
        } catch (Neo4jException e) {
            return 0;
        }
    }
}
