package dev.tablewalk.cli.shell;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import java.util.List;
import java.util.Map;

/**
 * Asks what nobody wants to know while the user reads and types: the first query of a process loads
 * what plans and runs them, and takes ten times what the next ones do.
 */
final class WarmUp implements AutoCloseable {
    private static final List<String> QUERIES =
            List.of(
                    "MATCH (t:Task) RETURN t.pid AS pid, t.comm AS comm ORDER BY pid LIMIT 1",
                    "MATCH (t:Task {pid: 1})-[:POINTS_TO*1..2]->(n) RETURN labels(n) AS l,"
                            + " count(*) AS n LIMIT 1");

    private final Checkpoint checkpoint;
    private final QueryStop stop = new QueryStop();
    private final Thread thread;

    private WarmUp(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.thread = Thread.ofPlatform().daemon().name("warm-up").unstarted(this::run);
    }

    static WarmUp begin(Checkpoint checkpoint) {
        WarmUp warmUp = new WarmUp(checkpoint);
        warmUp.thread.start();
        return warmUp;
    }

    private void run() {
        for (String query : QUERIES) {
            if (stop.reason() != null) {
                return;
            }
            try (Rows rows = checkpoint.query(query, Map.of(), stop)) {
                rows.forEachRemaining(_ -> {});
            } catch (RuntimeException e) {
                return; // Whatever is wrong is told when the user asks.
            }
        }
    }

    /** Returns when it no longer touches the store. */
    @Override
    public void close() {
        stop.now("as the shell ends");
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
