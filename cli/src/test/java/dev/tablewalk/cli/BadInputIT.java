package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users get wrong: one line that says so, the right exit code, and nothing left behind. */
class BadInputIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @BeforeAll
    static void load() throws IOException {
        StoreHome.at(folder.resolve("home"))
                .load("known", new HandMadeGuest("known"), Progress.NONE);
        Files.createFile(folder.resolve("empty"));
        Files.writeString(folder.resolve("text"), "Dear diary,\n".repeat(5000));
    }

    private static List<String> contents() throws IOException {
        try (Stream<Path> children = Files.list(folder.resolve("home"))) {
            return children.map(child -> child.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertRefused(int exitCode, String says, String... args)
            throws IOException {
        List<String> before = contents();
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        Cli run = Cli.run(all.toArray(String[]::new));
        assertEquals(exitCode, run.exitCode(), run::toString);
        assertEquals("", run.out());
        List<String> errors =
                run.err().lines().filter(line -> line.startsWith("tablewalk: ")).toList();
        assertEquals(1, errors.size(), run::err);
        assertEquals(errors.getFirst(), run.err().lines().toList().getLast());
        assertTrue(errors.getFirst().contains(says), errors.getFirst());
        assertEquals(before, contents());
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void anUnknownCheckpoint() throws IOException {
        assertRefused(2, "unheard-of", "info", "unheard-of");
        assertRefused(2, "unheard-of", "query", "unheard-of", "RETURN 1");
        assertRefused(2, "unheard-of", "shell", "unheard-of");
        assertRefused(2, "unheard-of", "walk", "unheard-of", "--pid", "1", "0x1000");
        assertRefused(2, "unheard-of", "remove", "known", "unheard-of");
        assertRefused(2, "unheard-of", "verify", "unheard-of", "--truth", file("truth"));
    }

    @Test
    void aNameThatCannotBe() throws IOException {
        assertRefused(2, "a/b", "ingest", file("text"), "--as", "a/b");
        assertRefused(2, "..", "ingest", file("text"), "--as", "..");
        assertRefused(2, "name a checkpoint", "ingest", file("text"), "--as", "");
        assertRefused(2, "shell.history", "ingest", file("text"), "--as", "shell.history");
    }

    @Test
    void aNameThatExists() throws IOException {
        assertRefused(2, "known", "ingest", file("text"), "--as", "known");
    }

    @Test
    void anImageThatIsNone() throws IOException {
        assertRefused(2, "no-such-file", "ingest", file("no-such-file"), "--as", "new");
        assertRefused(3, "empty", "ingest", file("empty"), "--as", "new");
        assertRefused(3, "text", "ingest", file("text"), "--as", "new");
    }

    @Test
    void aSymbolFileThatIsNone() throws IOException {
        for (String file : List.of("no-such-file", "empty", "text")) {
            assertRefused(2, file, "ingest", file("text"), "--as", "new", "--isf", file(file));
        }
    }

    @Test
    void anExportThatCannotBe() throws IOException {
        assertRefused(2, "unheard-of", "export", "unheard-of", "--format", "isf");
        assertRefused(2, "--format", "export", "known");
        assertRefused(
                2,
                "[cypher, graphml, isf, neo4j-admin, parquet]",
                "export",
                "known",
                "--format",
                "xml");
        assertRefused(2, "image", "export", "known", "--format", "isf");
        assertRefused(
                2, "no-folder", "export", "known", "--format", "isf", "-o", file("no-folder/k"));
        assertRefused(2, "one checkpoint", "export", "known", "known", "--format", "isf");
        assertRefused(2, "--output", "export", "known", "--format", "parquet");
        assertRefused(
                2, "unheard-of", "export", "known", "unheard-of", "--format", "parquet", "-o", "x");
        assertRefused(
                2,
                "cannot be written",
                "export",
                "known",
                "--format",
                "parquet",
                "-o",
                file("text"));
    }

    @Test
    void aFleetThatCannotBeAsked() throws IOException {
        assertRefused(2, "list, query or queries", "fleet");
        assertRefused(2, "no-folder", "fleet", "list", file("no-folder"));
        assertRefused(2, "no checkpoints in", "fleet", "query", folder.toString(), "SELECT 1");
        assertRefused(2, "one question", "fleet", "query", folder.toString());
        assertRefused(2, "largest_growth", "fleet", "queries", "largest_grow");
        String data = folder.resolve("data").toString();
        Cli.run("export", "known", "--format", "parquet", "-o", data, "--home", file("home"));
        assertRefused(2, "the question failed", "fleet", "query", data, "SELECT no FROM task");
        assertRefused(
                2, "the question failed", "fleet", "query", data, "FROM read_csv('/etc/passwd')");
        assertRefused(
                2,
                "no parameter",
                "fleet",
                "query",
                data,
                "--saved",
                "kernels_in_use",
                "-p",
                "a=1");
        assertRefused(
                2, "needs a value", "fleet", "query", data, "--saved", "process_memory_over_time");
    }

    @Test
    void aWatchThatCannotBe() throws IOException {
        String qmp = file("nobody.sock");
        assertRefused(2, "nobody.sock", "watch", "--qmp", qmp, "--every", "1s");
        assertRefused(2, "--every", "watch", "--qmp", qmp);
        assertRefused(2, "--qmp", "watch", "--every", "1s");
        for (String time : List.of("", "0s", "5", "1d", "-1s")) {
            assertRefused(2, "--every", "watch", "--qmp", qmp, "--every=" + time);
        }
        assertRefused(2, "--keep", "watch", "--qmp", qmp, "--every", "1s", "--keep", "0");
        assertRefused(2, "--moments", "watch", "--qmp", qmp, "--every", "1s", "--moments", "0");
        assertRefused(2, "a/b", "watch", "--qmp", qmp, "--every", "1s", "--as", "a/b");
        assertRefused(2, "series", "watch", "--qmp", qmp, "--every", "1s", "--as", "series");
        assertRefused(2, "no series 'known'", "list", "--series", "known");
        assertRefused(2, "no series 'known'", "remove", "--series", "known");
    }

    @Test
    void aWrongRam() throws IOException {
        for (String ram : List.of("", "512M", "0x40000000", "0x40000000:x", "1:2:3", "0:-1")) {
            assertRefused(2, "", "ingest", file("text"), "--as", "new", "--ram", ram);
        }
    }

    @Test
    void aQuestionThatIsNone() throws IOException {
        assertRefused(2, "MTCH", "query", "known", "MTCH (n) RETURN n");
        assertRefused(2, "pid", "query", "known", "MATCH (t:Task {pid: $pid}) RETURN t");
        assertRefused(2, "no question", "query", "known");
        assertRefused(2, "twice", "query", "known", "RETURN 1", "-f", file("text"));
        assertRefused(2, "no-such-file", "query", "known", "-f", file("no-such-file"));
        assertRefused(2, "", "query", "known", "CREATE (n:Task)");
        assertRefused(2, "--format", "query", "known", "RETURN 1", "--format", "xml");
    }

    @Test
    void aWalkThatCannotBegin() throws IOException {
        assertRefused(2, "12345", "walk", "known", "--pid", "12345", "0x1000");
        assertRefused(2, "address", "walk", "known", "--pid", "1", "nowhere");
        assertRefused(2, "--pid", "walk", "known", "0x1000");
    }

    @Test
    void aTruthThatIsNone() throws IOException {
        assertRefused(2, "no-truth", "verify", "known", "--truth", file("no-truth"));
        assertRefused(2, "PAGESIZE", "verify", "known", "--truth", file("text"));
    }

    @Test
    void aCommandThatIsNone() throws IOException {
        assertRefused(2, "did you mean ingest", "ingets");
        assertRefused(2, "no command");
        assertRefused(2, "--oops", "list", "--oops");
    }
}
