package dev.tablewalk.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.process.Commands.Ended;
import dev.tablewalk.cli.process.Owner;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.OpenStores;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Processes that ask, and the one that stays and is asked. */
class OwnerIT extends OnAHome {
    /** Some seconds, and nothing is printed before. */
    private static final String SLOW = "UNWIND range(1, 12000000) AS n RETURN sum(n) AS sum";

    private static final Cli SLOW_ANSWER = new Cli(0, "{\"sum\":72000006000000}\n", "");

    private Cli query(String cypher) throws IOException, InterruptedException {
        return run("query", "guest", cypher, "--format", "ndjson");
    }

    /** One and the same question, with more variables in its environment. */
    private Cli one(String variable, String value) throws IOException, InterruptedException {
        return Launched.start(
                        home(),
                        Map.of(variable, value),
                        "query",
                        "guest",
                        "RETURN 1 AS x",
                        "--format",
                        "ndjson")
                .end();
    }

    private static void awaitEnd(long pid) throws InterruptedException {
        for (int i = 0; i < 3000 && ProcessHandle.of(pid).isPresent(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertTrue(ProcessHandle.of(pid).isEmpty(), "it goes on");
    }

    @Test
    void theFirstCommandLeavesItRunningAndStopEndsIt() throws Exception {
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), query("RETURN 1 AS x"));
        long owner = owner();
        assertEquals(new Cli(0, "{\"x\":2}\n", ""), query("RETURN 2 AS x"));
        assertEquals(owner, owner());
        assertEquals(new Cli(0, "", ""), run("stop"));
        awaitEnd(owner);
        assertEquals(new Cli(0, "", ""), run("stop"));
        assertEquals(2, query("RETRUN 1").exitCode());
        assertEquals(1, query("RETRUN 1").err().lines().count());
    }

    @Test
    void noDaemonLeavesNothingRunning() throws Exception {
        assertEquals(
                new Cli(0, "{\"x\":1}\n", ""),
                run("--no-daemon", "query", "guest", "RETURN 1 AS x", "--format", "ndjson"));
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), one("TABLEWALK_DAEMON", "off"));
        assertThrows(IOException.class, this::owner);
    }

    /** Whoever has it open, be it a command that leaves nothing running. */
    @Test
    void aCommandAnswersOthersWhileItRunsAndUntilTheyAreDone() throws Exception {
        Launched first =
                start("--no-daemon", "query", "guest", ENDLESS, "--format", "ndjson").awaitOutput();
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), query("RETURN 1 AS x"));
        assertEquals(
                new Cli(0, "{\"x\":2}\n", ""),
                run("--no-daemon", "query", "guest", "RETURN 2 AS x", "--format", "ndjson"));
        first.process().destroy();
        first.process().waitFor();
        assertEquals(new Cli(0, "{\"x\":3}\n", ""), query("RETURN 3 AS x"));
    }

    @Test
    void whoDiesInTheMiddleIsReplacedWhereNothingWasPrinted() throws Exception {
        query("RETURN 1 AS x");
        long owner = owner();
        Launched printing = start("query", "guest", ENDLESS, "--format", "ndjson").awaitOutput();
        Launched silent = start("query", "guest", SLOW, "--format", "ndjson");
        TimeUnit.SECONDS.sleep(1); // until it is asked, or not: it is answered either way
        ProcessHandle.of(owner).orElseThrow().destroyForcibly();
        assertEquals(SLOW_ANSWER, silent.end());
        Cli cut = printing.end();
        assertEquals(4, cut.exitCode());
        assertTrue(cut.err().startsWith("tablewalk: the process that ran this command"), cut.err());
        assertEquals(1, cut.err().lines().count(), cut.err());
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), query("RETURN 1 AS x"));
    }

    @Test
    void stopWaitsOrDoesNot() throws Exception {
        query("RETURN 1 AS x");
        Launched slow = start("query", "guest", SLOW, "--format", "ndjson");
        TimeUnit.SECONDS.sleep(1);
        run("stop");
        assertEquals(SLOW_ANSWER, slow.end());
        query("RETURN 1 AS x");
        Launched endless = start("query", "guest", ENDLESS, "--format", "ndjson").awaitOutput();
        Cli stop = run("stop", "--now");
        assertTrue(stop.err().contains("query guest UNWIND"), stop.err());
        Cli stopped = endless.end();
        assertEquals(2, stopped.exitCode());
        assertTrue(stopped.err().contains("stopped by tablewalk stop"), stopped.err());
    }

    @Test
    void whoWantsToWriteIsToldWhoReads() throws Exception {
        query("RETURN 1 AS x");
        Launched reader = start("query", "guest", ENDLESS, "--format", "ndjson").awaitOutput();
        Cli refused = run("remove", "guest");
        assertEquals(2, refused.exitCode());
        assertTrue(
                refused.err()
                        .contains(
                                "'guest' is in use by process "
                                        + pidOf(reader)
                                        + " (tablewalk"
                                        + " query guest"),
                refused.err());
        reader.process().destroyForcibly();
        reader.process().waitFor();
        awaitUnused();
        assertEquals(0, run("remove", "guest").exitCode());
        assertTrue(query("RETURN 1").err().contains("no checkpoint 'guest'"));
    }

    private static long pidOf(Launched command) {
        return command.process().pid(); // the launcher becomes the JVM
    }

    /** That a process has ended is known a moment after it has. */
    private void awaitUnused() throws Exception {
        for (int i = 0; i < 100; i++) {
            if (run("remove", "nobody", "guest").err().contains("no checkpoint 'nobody'")) {
                TimeUnit.MILLISECONDS.sleep(200);
                return;
            }
        }
    }

    @Test
    void anotherBuildMakesRoom() throws Exception {
        Greeting older = new Greeting("another build", ProcessHandle.current().pid(), true, "");
        try (OpenStores stores = new OpenStores(0);
                Owner owner =
                        Owner.become(
                                home(), older, (invocation, args) -> new Ended(77, true), stores)) {
            assertTrue(owner != null);
            assertEquals(new Cli(0, "{\"x\":1}\n", ""), query("RETURN 1 AS x"));
        }
        assertFalse(owner() == ProcessHandle.current().pid());
    }

    @Test
    void otherOptionsForTheJvmMakeAnotherProcess() throws Exception {
        query("RETURN 1 AS x");
        long owner = owner();
        Cli more = one("TABLEWALK_JAVA_OPTS", "-Xmx1500m");
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), more);
        long other = owner();
        assertFalse(owner == other);
        awaitEnd(owner);
        query("RETURN 1 AS x"); // whoever asks for nothing takes what there is
        assertEquals(other, owner());
    }

    @Test
    void onlyOneIsTheOwner() {
        Greeting me = Client.mine(false);
        try (OpenStores stores = new OpenStores(0);
                Owner owner = Owner.become(home(), me, (i, a) -> new Ended(0, true), stores)) {
            assertTrue(owner != null);
            assertNull(Owner.become(home(), me, (i, a) -> new Ended(0, true), stores));
        }
    }

    @Test
    void endsWithTheStoreHomeOrWhenNobodyAsks() throws Exception {
        query("RETURN 1 AS x");
        long owner = owner();
        Files.delete(OwnerSocket.of(home()).path());
        awaitEnd(owner);
        Cli first = one("TABLEWALK_DAEMON_IDLE", "2s");
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), first);
        awaitEnd(owner());
    }

    @Test
    void aHomeWithALongNameIsAsGood() throws Exception {
        Path deep = folder.resolve("d".repeat(100)).resolve("e".repeat(100)).resolve("home");
        StoreHome.at(deep).load("guest", new HandMadeGuest("guest"), Progress.NONE);
        try {
            String[] query = {"query", "guest", "RETURN 1 AS x", "--format", "ndjson"};
            assertEquals(new Cli(0, "{\"x\":1}\n", ""), Launched.run(deep, query));
            assertEquals(new Cli(0, "{\"x\":1}\n", ""), Asked.run(deep, query));
        } finally {
            Client.stop(deep, true, user -> {});
        }
    }

    /** As in {@code while read …; do tablewalk query …; done}. */
    @Test
    void namesAndInputAreThoseOfWhoAsks() throws Exception {
        Files.writeString(folder.resolve("question"), "RETURN 1 AS x");
        Cli relative = run("query", "guest", "-f", "question", "--format", "ndjson");
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), relative);
        Cli script =
                script(
                                """
                                printf '1\\n2\\n3\\n' | while read -r n; do
                                  "$TW" query guest "RETURN $n AS n" --format ndjson
                                done
                                "$TW" query guest -f <(echo 'RETURN 4 AS n') --format ndjson
                                echo 'RETURN 5 AS n' | "$TW" query guest -f /dev/stdin --format ndjson
                                """)
                        .end();
        assertEquals(
                IntStream.rangeClosed(1, 5).mapToObj(n -> "{\"n\":" + n + "}").toList(),
                script.out().lines().toList(),
                script::toString);
    }

    @Test
    void nobodyElseCanAsk() throws Exception {
        query("RETURN 1 AS x");
        OwnerSocket socket = OwnerSocket.of(home());
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.folder())));
        assertEquals(List.of(), Listening.ports(owner()));
        // A folder that others may enter is not trusted, whoever made it.
        Files.setPosixFilePermissions(
                socket.folder(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThrows(IOException.class, socket::connect);
        assertThrows(IOException.class, socket::listen);
        Files.setPosixFilePermissions(
                socket.folder(), PosixFilePermissions.fromString("rwx------"));
        assertEquals(new Cli(0, "{\"x\":1}\n", ""), query("RETURN 1 AS x"));
    }

    /** The folder keeps another user out; if it did not, the socket would. */
    @Test
    void anotherUserIsRefusedByTheSocketToo() throws Exception {
        Assumptions.assumeTrue(AnotherUser.exists(), "needs root, to be another user, and python3");
        query("RETURN 1 AS x");
        OwnerSocket socket = OwnerSocket.of(home());
        assertEquals("PermissionError", AnotherUser.connects(socket.path()));
        for (Path open : List.of(folder, home(), socket.folder(), socket.path())) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        assertEquals("closed", AnotherUser.connects(socket.path()));
    }
}
