package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.client.Request;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.dbms.BoltAccess;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of a user who pushes; the Neo4j here is a checkpoint's own, and read-only. */
class PushCommandIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Checkpoint served;

    @BeforeAll
    static void open() {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
        StoreHome other = StoreHome.at(folder.resolve("other"));
        other.load("served", new HandMadeGuest("served"), Progress.NONE);
        served = other.open("served");
        served.listen(new BoltAccess("127.0.0.1", 0, "open sesame", Duration.ofSeconds(60)));
    }

    @AfterAll
    static void close() {
        served.close();
    }

    private static String uri() {
        return "bolt://127.0.0.1:" + served.boltPort();
    }

    private static String passwordFile(String content) throws IOException {
        return Files.writeString(folder.resolve("password"), content).toString();
    }

    private static void assertWrong(String expected, String... args) {
        String[] all = new String[args.length + 4];
        all[0] = "push";
        all[1] = "-q";
        all[2] = "--home";
        all[3] = folder.resolve("home").toString();
        System.arraycopy(args, 0, all, 4, args.length);
        Cli run = Cli.run(all);
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run::toString);
        assertTrue(run.err().contains(expected), run::toString);
    }

    @Test
    void aPasswordComesFromAFileAndIsNeverPrinted() throws IOException {
        assertWrong(
                uri() + ": it can only be read",
                "guest",
                "--to",
                uri(),
                "--password-file",
                passwordFile("open sesame\nand what else is in the file"));
        assertWrong(
                uri() + ": it does not take this password of user neo4j",
                "guest",
                "--to",
                uri(),
                "--password-file",
                passwordFile("open"));
        assertWrong(
                "cannot be read", "guest", "--to", uri(), "--password-file", folder + "/nothing");
        assertWrong(
                "no password for neo4j at " + uri() + ": give it in a file",
                "guest",
                "--to",
                uri());
    }

    @Test
    void whatIsMistypedIsSaid() throws IOException {
        String file = passwordFile("open sesame");
        for (Map.Entry<String, String> each :
                Map.of(
                                "http://127.0.0.1:7474", "is no address of a Neo4j",
                                "127.0.0.1:7687", "is no address",
                                "bolt://neo4j:secret@127.0.0.1", "neither user nor password",
                                "neo4j+ssc://127.0.0.1", "trusts whoever answers")
                        .entrySet()) {
            assertWrong(each.getValue(), "guest", "--to", each.getKey(), "--password-file", file);
        }
        assertWrong("no checkpoint 'nobody'", "guest", "nobody", "--to", uri());
        assertWrong("--queries goes with --overview", "guest", "--to", uri(), "--queries", ".");
        assertWrong("--to", "guest");
    }

    @Test
    void whatIsAskedOfTheProcessThatStaysDoesNotShowThePassword() throws IOException {
        Map<String, String> known =
                Request.known(Map.of(Request.PASSWORD, "open sesame", "OTHER", "secret"));
        assertEquals(Map.of(Request.PASSWORD, "open sesame"), known);
        Request request = new Request(List.of("push"), "/", known, Terminal.NONE, 0);
        assertFalse(request.toString().contains("sesame"), request::toString);
    }

    @Test
    void aSavedQueryIsPrintedForWhereItWasPushed() {
        Cli run =
                Cli.succeed(
                        "queries",
                        "mms_without_task",
                        "--pushed",
                        "my.guest",
                        "--home",
                        folder.resolve("home").toString());
        assertTrue(
                run.out().startsWith("MATCH (m:MmStruct:`Checkpoint_my.guest`)\nWHERE"),
                run::toString);
        Cli refused = Cli.run("queries", "overlapping_vmas", "--pushed", "guest");
        assertEquals(2, refused.exitCode(), refused::toString);
        assertTrue(refused.err().contains("overlapping_vmas calls tw.owner"), refused::toString);
    }
}
