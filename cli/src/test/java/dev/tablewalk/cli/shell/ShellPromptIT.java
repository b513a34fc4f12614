package dev.tablewalk.cli.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cli.window.Pager;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell at a terminal. */
@Timeout(300)
class ShellPromptIT {
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String UP = "\u001bOA";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Checkpoint checkpoint;

    @BeforeAll
    static void open() {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
        checkpoint = home.open("guest");
    }

    @AfterAll
    static void close() {
        checkpoint.close();
    }

    /** What is done at a prompt. */
    private interface Typing {
        void at(TypedTerminal terminal) throws IOException, InterruptedException;
    }

    private static void prompt(Typing typing) throws IOException, InterruptedException {
        prompt("history", new Pager(""), typing);
    }

    private static void prompt(String history, Pager pager, Typing typing)
            throws IOException, InterruptedException {
        Shell.Settings settings =
                new Shell.Settings(
                        RowFormat.TABLE,
                        List.of(),
                        QueryLibrary.builtIn(),
                        folder.resolve(history),
                        Path::of,
                        false);
        try (TypedTerminal terminal = new TypedTerminal()) {
            Thread shell =
                    Thread.ofPlatform()
                            .start(
                                    () ->
                                            Shell.prompt(
                                                    checkpoint,
                                                    settings,
                                                    terminal.terminal(),
                                                    pager,
                                                    terminal.err()));
            terminal.read("guest> ");
            typing.at(terminal);
            terminal.type(CTRL_D);
            shell.join(60_000);
            assertFalse(shell.isAlive());
        }
    }

    @Test
    void theBannerSaysWhatIsAsked() throws IOException, InterruptedException {
        try (TypedTerminal terminal = new TypedTerminal()) {
            Shell.Settings settings =
                    new Shell.Settings(
                            RowFormat.TABLE,
                            List.of(),
                            QueryLibrary.builtIn(),
                            folder.resolve("h"),
                            Path::of,
                            false);
            terminal.type(":quit\n");
            Shell.prompt(checkpoint, settings, terminal.terminal(), new Pager(""), terminal.err());
            String banner = terminal.read("guest> ");
            assertTrue(banner.contains("guest: Linux 6.1.0-handmade, 4 tasks, "), banner);
            assertTrue(banner.contains(":help"), banner);
        }
    }

    @Test
    void aStatementTakesSeveralLines() throws IOException, InterruptedException {
        prompt(
                terminal -> {
                    terminal.type("RETURN 'a;b' AS x,\r");
                    terminal.read("> $");
                    terminal.type("7 AS y;\r");
                    String answer = terminal.read("1 row, \\d+ ms");
                    assertTrue(answer.contains("x    y\n---  -\na;b  7\n"), answer);
                });
    }

    @Test
    void errorsAreALineAndTheShellGoesOn() throws IOException, InterruptedException {
        prompt(
                terminal -> {
                    terminal.type("MTCH; RETURN 5 AS five;\r");
                    terminal.read("tablewalk: Invalid input 'MTCH'.*");
                    terminal.type(":hexx\r");
                    terminal.read("did you mean :hex\\?");
                    terminal.type("RETURN 6 AS six;\r");
                    String answer = terminal.read("1 row, ");
                    assertTrue(answer.contains("six"), answer);
                    assertFalse(answer.contains("five"), answer);
                });
    }

    @Test
    void ctrlCStopsAQueryAndNotTheShell() throws IOException, InterruptedException {
        prompt(
                terminal -> {
                    for (String query :
                            List.of(
                                    "UNWIND range(1,1000000000000) AS n RETURN sum(n);",
                                    "UNWIND range(1,1000000000000) AS n RETURN n;")) {
                        terminal.type(query + "\r");
                        terminal.read(query.contains("sum") ? "sum.n.;" : "\n *1234\n");
                        Thread.sleep(100); // it runs
                        terminal.type(CTRL_C);
                        terminal.read("tablewalk: the query was stopped by Ctrl-C");
                        terminal.read("guest> ");
                    }
                    terminal.type("RETURN 6 AS six;\r");
                    terminal.read("1 row, ");
                });
    }

    @Test
    void ctrlCAtThePromptDropsWhatIsTyped() throws IOException, InterruptedException {
        prompt(
                terminal -> {
                    terminal.type("RETURN 'never;\r");
                    terminal.type(CTRL_C);
                    terminal.read("guest> ");
                    terminal.type("RETURN 6 AS six;\r");
                    String answer = terminal.read("1 row, ");
                    assertTrue(answer.contains("six\n---\n  6"), answer);
                });
    }

    @Test
    void tabCompletes() throws IOException, InterruptedException {
        prompt(
                terminal -> {
                    terminal.type("MATCH (t:Ta\t {com\t: 'init'}) RETURN t.pi\t AS p;\r");
                    assertTrue(terminal.read("1 row, ").contains("p\n-\n1\n"));
                    terminal.type(":saved who_maps_fr\tp\t0x45b6f000\r");
                    assertTrue(terminal.read("rows?, ").contains("init"));
                    terminal.type(":par\tanswer=42\rRETURN $ans\t AS a;\r");
                    assertTrue(terminal.read("1 row, ").contains("a\n--\n42\n"));
                    terminal.type("MATCH ()-[r:PARENT\t]->() RETURN count(r) AS n;\r");
                    assertTrue(terminal.read("1 row, ").contains("n\n-\n1\n"));
                    terminal.type("RETURN tw.he\t255) AS h;\r");
                    assertTrue(terminal.read("1 row, ").contains("0xff"));
                });
    }

    @Test
    void historyIsKeptForTheNextShell() throws IOException, InterruptedException {
        prompt(
                "kept",
                new Pager(""),
                terminal -> {
                    terminal.type("RETURN 1 AS one,\r2 AS two;\r");
                    terminal.read("1 row, ");
                });
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("kept"))));
        prompt(
                "kept",
                new Pager(""),
                terminal -> {
                    terminal.type(UP + "\r");
                    String answer = terminal.read("1 row, ");
                    assertTrue(answer.contains("one  two\n---  ---\n  1    2\n"), answer);
                });
    }

    @Test
    void longResultsGoThroughThePager() throws IOException, InterruptedException {
        Path paged = folder.resolve("paged");
        prompt(
                "history",
                new Pager("cat > '" + paged + "'"),
                terminal -> {
                    terminal.type("UNWIND range(1, 3) AS n RETURN n;\r");
                    assertTrue(terminal.read("3 rows, ").contains("n\n-\n1\n2\n3\n"));
                    assertFalse(Files.exists(paged));
                    terminal.type("UNWIND range(1, 3000) AS n RETURN n;\r");
                    String below = terminal.read("3000 rows, ");
                    assertFalse(below.contains("2999"), below);
                    List<String> lines = Files.readAllLines(paged);
                    assertEquals(3002, lines.size());
                    assertEquals("3000", lines.getLast());
                });
    }

    @Test
    void whoLeavesThePagerStopsTheQuery() throws IOException, InterruptedException {
        prompt(
                "history",
                new Pager("head -n 3 > /dev/null"),
                terminal -> {
                    terminal.type("UNWIND range(1, 1000000000000) AS n RETURN n;\r");
                    assertFalse(terminal.read("\nguest> ").contains("tablewalk"));
                    terminal.type("RETURN 6 AS six;\r");
                    terminal.read("1 row, ");
                });
    }

    @Test
    void tablesFitTheWindowAsItIsNow() throws IOException, InterruptedException {
        prompt(
                terminal -> {
                    terminal.type("RETURN reduce(s = '', n IN range(1, 90) | s + 'x') AS s;\r");
                    assertTrue(terminal.read("1 row, ").contains("\n" + "x".repeat(79) + "…\n"));
                    terminal.resize(60);
                    terminal.type("RETURN reduce(s = '', n IN range(1, 90) | s + 'y') AS s;\r");
                    assertTrue(terminal.read("1 row, ").contains("\n" + "y".repeat(59) + "…\n"));
                    terminal.type("MATCH (t:Task {pid: 7}) RETURN t.comm AS comm;\r");
                    assertTrue(terminal.read("1 row, ").contains("\\x1b[31mred"));
                });
    }
}
