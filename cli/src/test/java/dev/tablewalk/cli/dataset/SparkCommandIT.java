package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.client.Launched;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fleet query --spark}, as users start it. */
class SparkCommandIT {
    private static final String LOCAL = " --spark 'local[2]'";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void environment() throws IOException, InterruptedException {
        environment.putAll(SparkHome.shared().environment());
        environment.put("DATA", WrittenFleet.shared().data().folder().toString());
    }

    private Launched start(String question) throws IOException {
        return Launched.script(
                folder.resolve("home"), environment, "exec \"$TW\" fleet query " + question);
    }

    private Cli ask(String question) throws IOException, InterruptedException {
        return start(question).end();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--saved violations_by_guest",
                "--saved frame_owner_over_time -p guest=007 -p pa=0x40000000 --format json"
            })
    void answersAsItDoesWithoutSpark(String question) throws IOException, InterruptedException {
        Cli expected = ask("\"$DATA\" " + question);
        assertEquals(0, expected.exitCode(), expected::toString);
        assertTrue(expected.out().lines().count() > 2, expected::toString);
        assertEquals(expected, ask("\"$DATA\" " + question + LOCAL));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/nowhere | local[1]            | SPARK_HOME is /nowhere, where no Spark is",
                "''       | local[1]            | set SPARK_HOME",
                "         | spark://127.0.0.1:1 | spark://127.0.0.1:1 does not answer",
                "         | spark://            | is no master of Spark's",
                "         | elsewhere           | Master must either be yarn or start with",
                "         | local[x]            | Could not parse Master URL"
            })
    void saysWhatIsMissing(String home, String master, String part)
            throws IOException, InterruptedException {
        if (home != null) {
            environment.put("SPARK_HOME", home);
        }
        assertRefused(part, ask("\"$DATA\" 'SELECT 1' --spark '" + master + "'"));
    }

    @Test
    void refusesWhatIsNoDataSet() throws IOException, InterruptedException {
        assertRefused("no checkpoints in it", ask("file://" + folder + " 'SELECT 1'" + LOCAL));
        assertRefused("no folder ", ask("nowhere 'SELECT 1'" + LOCAL));
    }

    @Test
    void refusesToWrite() throws IOException, InterruptedException {
        assertRefused(
                "a data set can only be read",
                ask("\"$DATA\" 'CREATE TABLE a AS SELECT 1'" + LOCAL));
    }

    private static void assertRefused(String why, Cli run) {
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run::toString);
        assertTrue(run.err().startsWith("tablewalk: "), run::toString);
        assertTrue(run.err().contains(why), run::toString);
    }

    /** Killed, it can tell Spark nothing. */
    @Test
    void sparkEndsWithIt() throws IOException, InterruptedException {
        Launched asked =
                start(
                        "\"$DATA\" 'SELECT a.id FROM task a, task b, range(100) c' --format ndjson"
                                + LOCAL);
        asked.awaitOutput();
        List<ProcessHandle> spark =
                asked.process().descendants().filter(SparkCommandIT::isSpark).toList();
        assertEquals(1, spark.size());
        asked.process().destroyForcibly();
        SparkCluster.await("its end", () -> spark.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static boolean isSpark(ProcessHandle process) {
        return process.info()
                .commandLine()
                .map(line -> line.contains("org.apache.spark.deploy.SparkSubmit"))
                .orElse(false);
    }
}
