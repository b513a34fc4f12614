package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.client.Launched;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question that several machines answer, of which one is lost. */
class SparkClusterIT {
    /** So many rows that a worker is busy with it for a while; the tables are of all moments. */
    private static final String LONG =
            "SELECT t.guest, t.checkpoint, count(*) AS pairs, sum((t.pid * 31 + r.i) % 1009) AS"
                    + " total FROM task t CROSS JOIN range(300000) AS r(i) GROUP BY t.guest,"
                    + " t.checkpoint ORDER BY t.guest, t.checkpoint";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private Launched ask(Map<String, String> environment, String question, String more)
            throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SQL", question);
        return Launched.script(
                folder.resolve("home"), all, "\"$TW\" fleet query --format csv " + more);
    }

    @Test
    void theAnswerIsWholeWithoutAWorkerThatDiedOverIt() throws IOException, InterruptedException {
        String data = "'" + WrittenFleet.shared().data().folder() + "' ";
        int port = SparkCluster.freePort();
        SparkHome home =
                SparkHome.at(
                        Path.of("target", "spark-cluster").toAbsolutePath(),
                        "spark.driver.host 127.0.0.1",
                        "spark.driver.bindAddress 127.0.0.1",
                        "spark.ui.enabled true",
                        "spark.ui.port " + port,
                        "spark.executor.memory 512m",
                        "spark.executor.cores 1",
                        // Tasks of the long question.
                        "spark.sql.leafNodeDefaultParallelism 32",
                        "spark.sql.shuffle.partitions 4",
                        "spark.shuffle.io.retryWait 1s");
        Cli expected = ask(Map.of(), LONG, data + "\"$SQL\"").end();
        assertEquals(0, expected.exitCode(), expected::toString);
        assertEquals(21, expected.out().lines().count(), expected::toString);
        try (SparkCluster cluster = new SparkCluster(home, folder.resolve("cluster"), 2)) {
            String by = " --spark " + cluster.master();
            String saved = data + "--saved violations_by_guest";
            assertEquals(
                    ask(Map.of(), "", saved).end(), ask(home.environment(), "", saved + by).end());

            Launched asked = ask(home.environment(), LONG, data + "\"$SQL\"" + by);
            SparkCluster.Worker lost = cluster.workers().getFirst();
            Driver driver = new Driver("http://127.0.0.1:" + port + "/api/v1/applications");
            // It has done tasks of the long stage, and is at another; so is the other one.
            SparkCluster.await(
                    "both at work",
                    () -> driver.isBusy(lost) && driver.isBusy(cluster.workers().getLast()));
            int executor = lost.executor();
            lost.kill();
            assertFalse(lost.process().isAlive());
            SparkCluster.await("the loss to be known", () -> driver.hasLost(executor));
            // Only now does the question go on without it: nothing of its answer is out.
            assertTrue(driver.hasTasksToDo());
            assertTrue(asked.process().isAlive());
            assertEquals(expected, asked.end());
        }
    }

    /**
     * What runs a question, as it tells of itself.
     *
     * @param page of applications, of which it has one
     */
    private record Driver(String page) {
        private JsonNode tells(String what) {
            String id = SparkCluster.json(page).path(0).path("id").asText();
            return SparkCluster.json(page + "/" + id + "/" + what);
        }

        private JsonNode executor(int id) {
            for (JsonNode each : tells("allexecutors")) {
                if (each.path("id").asText().equals(Integer.toString(id))) {
                    return each;
                }
            }
            return MissingNode.getInstance();
        }

        boolean isBusy(SparkCluster.Worker worker) {
            JsonNode of = executor(worker.executor());
            return of.path("activeTasks").asInt() > 0 && of.path("completedTasks").asInt() > 2;
        }

        boolean hasLost(int executor) {
            JsonNode of = executor(executor);
            return !of.isMissingNode() && !of.path("isActive").asBoolean(true);
        }

        boolean hasTasksToDo() {
            return !tells("stages?status=active").isEmpty();
        }
    }
}
