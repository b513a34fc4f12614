package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tablewalk.cli.client.Client;
import dev.tablewalk.cli.client.Launched;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher, on the jars that the build has just laid out: what it starts does what it is told
 * by itself, or asks a process that stays.
 */
@ParameterizedClass
@ValueSource(strings = {"off", "on"})
class LauncherIT {
    @Parameter
    @SuppressWarnings("NullAway.Init") // set by JUnit
    String daemon;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @BeforeAll
    static void load() {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        if (!home.list().isEmpty()) {
            return; // of the other way to run
        }
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
    }

    @AfterAll
    static void stop() {
        Client.stop(folder.resolve("home"), true, user -> fail("runs still: " + user));
    }

    private Cli bash(String script) throws IOException, InterruptedException {
        return Launched.script(folder.resolve("home"), Map.of("TABLEWALK_DAEMON", daemon), script)
                .end();
    }

    @Test
    void startsWhatWasBuilt() throws IOException, InterruptedException {
        Cli run = bash("\"$TW\" --version");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().startsWith("tablewalk 0."), run::toString);
        assertEquals("", run.err());
    }

    @Test
    void savedQueriesAreReadFromTheJar() throws IOException, InterruptedException {
        Cli run = bash("\"$TW\" queries overlapping_vmas");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().startsWith("overlapping_vmas: "), run::toString);
    }

    /** Their class path has no Neo4j. */
    @Test
    void whatOnlyPrintsNeedsNoStore() throws IOException, InterruptedException {
        for (String command :
                List.of(
                        "--help",
                        "help query",
                        "list --format json",
                        "info guest",
                        "queries",
                        "completion")) {
            Cli run = bash("\"$TW\" " + command);
            assertEquals(0, run.exitCode(), run::toString);
            assertFalse(run.out().isEmpty(), command);
            assertEquals("", run.err(), command);
        }
        assertEquals(new Cli(0, "", ""), bash("\"$TW\" stop"));
    }

    @Test
    void findsAJdkByItself() throws IOException, InterruptedException {
        Cli run = bash("JAVA_HOME=/nowhere \"$TW\" list");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().contains("6.1.0-handmade"), run::toString);
    }

    @Test
    void passesArgumentsAndInputAsTheyAre() throws IOException, InterruptedException {
        Cli run = bash("echo 'RETURN $a AS a' | \"$TW\" query guest -f - -p 'a=it'\"'\"'s  a *'");
        assertEquals(new Cli(0, "a\n---------\nit's  a *\n", ""), run);
    }

    @Test
    void endsQuietlyWhenItsReaderHasGone() throws IOException, InterruptedException {
        Cli run =
                bash(
                        "\"$TW\" query guest --format ndjson 'UNWIND range(1, 2000000) AS n RETURN"
                                + " n' | head -n 1; echo ${PIPESTATUS[0]}");
        assertEquals(List.of("{\"n\":1}", "0"), run.out().lines().toList());
        assertEquals("", run.err());
    }

    @Test
    void saysWhenTheResultCannotBeWritten() throws IOException, InterruptedException {
        Cli run = bash("\"$TW\" list > /dev/full");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().startsWith("tablewalk: cannot write the result: "), run.err());
        assertEquals(1, run.err().lines().count());
    }

    @Test
    void endsOnCtrlC() throws IOException, InterruptedException {
        // Who starts the tests may ignore the signal, and that is inherited.
        // Signalled once it runs its question: the first row says so.
        Cli run =
                bash(
                        """
                        mkfifo rows
                        set -m
                        env --default-signal=INT "$TW" query guest --format ndjson 'UNWIND range(1, 2000000000) AS n RETURN n' > rows &
                        job=$!
                        { read -r row; kill -INT %1; cat > /dev/null; } < rows
                        wait $job
                        echo $?
                        """);
        assertEquals("130\n", run.out());
        assertFalse(run.err().contains("tablewalk: "), run.err());
        assertFalse(run.err().contains("Exception"), run.err());
    }

    @Test
    void aShellReadsAScript() throws IOException, InterruptedException {
        Cli run = bash("printf 'RETURN 6 * 7 AS x; MTCH; RETURN 1;' | \"$TW\" shell guest");
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("x\n--\n42\n", run.out().replace(" x", "x"));
        assertEquals(1, run.err().lines().count(), run.err());
    }

    /** What is typed ahead is not lost, and the terminal is as it was. */
    @Test
    void aShellPromptsOnATerminal() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                bash("command -v script stty").exitCode() == 0, "needs script and stty");
        Cli run =
                bash(
                        """
                        { printf 'RETURN 6 *\\n7 AS x;\\n:quit\\n'; sleep 120 & echo $! > sleeper; wait; } |
                          script -qfec 'stty cols 80 rows 24; "$TW" shell guest; echo ended $?; stty -a; kill $(cat sleeper)' /dev/null
                        """);
        String shown = run.out().replace("\r", "");
        assertTrue(shown.contains("guest: Linux 6.1.0-handmade, 4 tasks"), shown);
        assertTrue(shown.contains(" x\n--\n42\n1 row, "), shown);
        assertTrue(shown.contains("ended 0\n"), shown);
        assertTrue(shown.contains(" icanon "), shown);
        assertTrue(shown.contains(" echo "), shown);
    }
}
