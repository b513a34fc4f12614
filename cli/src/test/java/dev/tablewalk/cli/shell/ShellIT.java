package dev.tablewalk.cli.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell on a script. */
class ShellIT {
    private static final String TASKS =
            "MATCH (t:Task) RETURN t.pid AS pid, t.comm AS comm, t ORDER BY pid";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @BeforeAll
    static void load() {
        StoreHome.at(folder.resolve("home"))
                .load("guest", new HandMadeGuest("guest"), Progress.NONE);
    }

    private static Cli run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return Cli.run(all.toArray(String[]::new));
    }

    private static Cli shell(String script, String... args) {
        List<String> all = new ArrayList<>(List.of("shell", "guest"));
        all.addAll(List.of(args));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return Cli.run(
                new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)),
                all.toArray(String[]::new));
    }

    private static String done(Cli run) {
        assertEquals(0, run.exitCode(), run::toString);
        assertEquals("", run.err());
        return run.out();
    }

    @Test
    void statementsAreAskedOneAfterTheOther() {
        assertEquals(
                """
                x
                ---
                a;b

                y
                -
                2

                comm
                ----
                init
                """,
                done(
                        shell(
                                """
                                // first
                                RETURN 'a;b' AS x; RETURN 1 +
                                  1 AS y /* ; */;
                                :param pid=1
                                MATCH (t:Task {pid: $pid}) RETURN t.comm AS comm
                                """)));
    }

    @Test
    void oneStatementIsAsQueryPrintsIt() {
        for (String format : List.of("table", "csv", "json", "ndjson")) {
            assertEquals(
                    done(run("query", "guest", TASKS, "--format", format)),
                    done(shell(TASKS + ";", "--format", format)));
        }
    }

    @Test
    void theFirstErrorEndsAScript() {
        Cli run = shell("RETURN 1 AS one; MTCH (n); RETURN 2 AS two;");
        assertEquals(2, run.exitCode());
        assertEquals("one\n---\n  1\n", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("tablewalk: Invalid input 'MTCH'"), run.err());
        assertEquals(
                new Cli(
                        2,
                        "",
                        "tablewalk: no command :hexx: did you mean :hex?; :help lists them\n"),
                shell(":hexx"));
        assertEquals(2, shell("CREATE (n:Task);").exitCode());
        assertEquals(2, shell("RETURN $unset;").exitCode());
        assertEquals("", done(shell(":quit\nMTCH;")));
        assertEquals("", done(shell("")));
    }

    @Test
    void aSavedQueryIsAsQueryPrintsIt() {
        String pa = "pa=0x" + Long.toHexString(HandMadeGuest.PFN) + "000";
        String expected = done(run("query", "guest", "--saved", "who_maps_frame", "-p", pa));
        assertTrue(expected.contains("init"), expected);
        assertEquals(expected, done(shell(":saved who_maps_frame " + pa)));
        assertEquals(expected, done(shell(":param " + pa + "\n:saved who_maps_frame")));
        assertEquals(expected, done(shell(":saved who_maps_frame;", "-p", pa)));
        assertTrue(done(shell(":saved")).contains("who_maps_frame"));
        assertTrue(shell(":saved who_maps_fram").err().contains("did you mean who_maps_frame?"));
        assertTrue(shell(":saved who_maps_frame x=1").err().contains("no parameter x"));
    }

    @Test
    void parametersStay() {
        assertEquals(
                "parameter  value\n---------  -----\n$a         7\n$b         x y\n",
                done(shell(":param a=7\n:param b='x y'\n:param")));
        assertEquals(2, shell(":param a=7\n:param clear\nRETURN $a;").exitCode());
        assertEquals(2, shell(":param a = 7").exitCode());
    }

    @Test
    void aWalkIsAsWalkPrintsIt() {
        assertEquals(
                done(run("walk", "guest", "--pid", "1", "0xaaaab0c82abc")),
                done(shell(":walk 1 0xaaaab0c82abc")));
        assertEquals(2, shell(":walk 1").exitCode());
        assertEquals(2, shell(":walk 12345 0x1000").exitCode());
    }

    @Test
    void integersInHexadecimal() {
        assertEquals(
                "   a  b\n----  -----------------\n0xff  [0x10, {c: 0x11}]\n",
                done(shell(":hex\nRETURN 255 AS a, [16, {c: 17}] AS b;")));
        String path =
                done(
                        shell(
                                ":hex on\nMATCH p = (:Task {pid: 7})-[:POINTS_TO]->() RETURN p;",
                                "--format",
                                "ndjson"));
        assertTrue(path.contains("\"pid\":\"0x7\""), path);
        assertEquals(" a\n--\n10\n", done(shell(":hex\n:hex\nRETURN 10 AS a;")));
    }

    @Test
    void exportWritesWhatQueryPrints() throws IOException {
        for (String format : List.of("csv", "json", "ndjson", "txt")) {
            Path file = folder.resolve("rows." + format);
            done(shell(TASKS + ";\n:hex on\n:export " + file));
            assertEquals(
                    done(
                            run(
                                    "query",
                                    "guest",
                                    TASKS,
                                    "--format",
                                    format.equals("txt") ? "table" : format)),
                    Files.readString(file));
        }
    }

    @Test
    void exportIsWholeAndReplacesNothing() throws IOException {
        Path parent = Files.createDirectory(folder.resolve("exports"));
        Path file = Files.writeString(parent.resolve("kept.csv"), "mine");
        assertTrue(
                shell("RETURN 1;\n:export " + file)
                        .err()
                        .endsWith("exists: :export! " + file + " replaces it\n"));
        assertEquals("mine", Files.readString(file));
        assertEquals(
                2,
                shell(
                                "UNWIND [1, 0] AS n RETURN 1 / n AS x;\n:export "
                                        + parent.resolve("partly.csv"))
                        .exitCode());
        assertEquals(2, shell(":export " + parent.resolve("nothing.csv")).exitCode());
        assertEquals(2, shell("RETURN 1;\n:export " + parent.resolve("rows.xls")).exitCode());
        done(shell("RETURN 1 AS x;\n:export! " + file));
        assertEquals("x\r\n1\r\n", Files.readString(file));
        try (Stream<Path> children = Files.list(parent)) {
            assertEquals(List.of(file), children.toList());
        }
    }

    @Test
    void whatThereIs() {
        assertEquals(done(run("info", "guest")), done(shell(":info")));
        String schema = done(shell(":schema"));
        assertTrue(schema.contains("(:Task)  4\n    "), schema);
        assertTrue(schema.contains("[:POINTS_TO]  10\n    "), schema);
        assertTrue(!schema.contains("Changed"), schema);
        String help = done(shell(":help"));
        for (Commands.Command command : Commands.ALL) {
            assertTrue(help.contains("  " + command.synopsis() + " "), help);
            assertTrue(done(shell(":help " + command.name())).contains(command.summary()));
        }
        assertTrue(
                done(run("shell", "--help")).contains("Examples:\n  tablewalk shell"), "examples");
    }
}
