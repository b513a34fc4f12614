package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved queries and checks on a guest made by hand. */
class ChecksIT {
    private static final String SOUND = "overlapping_vmas";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @BeforeAll
    static void load() throws IOException {
        StoreHome.at(folder.resolve("home"))
                .load("guest", new HandMadeGuest("guest"), Progress.NONE);
        Path own = Files.createDirectories(folder.resolve("home/queries/mine"));
        write(
                own,
                "odd_names",
                "minor",
                "MATCH (t:Task) WHERE t.pid >= $from RETURN t.pid * 4096 AS at, t.comm AS comm"
                        + " ORDER BY at");
        Path other = Files.createDirectory(folder.resolve("other"));
        write(other, "broken", "info", "MATCH (t:Taks RETURN 1");
    }

    private static void write(Path own, String id, String severity, String cypher)
            throws IOException {
        Files.writeString(
                own.resolve(id + ".cypher"),
                "// id: "
                        + id
                        + "\n// title: Names that are odd\n// kind: constraint\n// severity: "
                        + severity
                        + "\n// meaning: They tease.\n// param: from integer = 1 | first pid\n"
                        + "// column: at hex | where\n// column: comm text | who\n"
                        + cypher
                        + "\n");
    }

    private static Cli run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return Cli.run(all.toArray(String[]::new));
    }

    private static String refused(String... args) {
        Cli run = run(args);
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        return run.err();
    }

    @Test
    void queriesListsAndShows() {
        Cli list = run("queries");
        assertEquals(0, list.exitCode(), list::toString);
        assertTrue(
                list.out().lines().anyMatch(line -> line.matches("vmas +" + SOUND + " +con.*")),
                list.out());
        assertTrue(
                list.out().lines().anyMatch(line -> line.matches("mine +odd_names +constraint.*")));
        String one = run("queries", "who_maps_frame").out();
        assertTrue(one.startsWith("who_maps_frame: Which processes map"), one);
        assertTrue(one.contains("pa         integer  must be given  a physical address"), one);
        assertTrue(one.contains("\nMATCH (r:PageRange)"), one);
        assertTrue(refused("queries", "who_map_frame").contains("did you mean who_maps_frame?"));
    }

    @Test
    void queriesAreJsonToo() throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode all = json.readTree(run("queries", "--format", "json").out()).get("queries");
        assertTrue(all.findValuesAsText("id").contains("odd_names"));
        JsonNode one = json.readTree(run("queries", "odd_names", "--format", "json").out());
        assertEquals("minor", one.get("severity").asText());
        assertEquals(1, one.at("/parameters/0/default").asInt());
    }

    @Test
    void queriesNeedNoStore() {
        Cli none = Cli.run("queries", "--home", folder.resolve("nowhere").toString());
        assertEquals(0, none.exitCode());
        assertFalse(Files.exists(folder.resolve("nowhere")));
        assertFalse(run("list").out().contains("queries"), "the folder is no checkpoint");
    }

    @Test
    void aSavedQueryIsAsked() {
        String[] question = {"query", "guest", "--saved", "odd_names", "-p", "from=7"};
        assertEquals(
                "at      comm\n------  -----------\n0x7000  \\x1b[31mred\n", run(question).out());
        List<String> csv = new ArrayList<>(List.of(question));
        csv.addAll(List.of("--format", "csv"));
        assertEquals("at,comm\r\n28672,\\x1b[31mred\r\n", run(csv.toArray(String[]::new)).out());
        assertTrue(
                run("query", "guest", "--saved", "who_maps_frame", "-p", "pa=0x45b70abc")
                        .out()
                        .contains("  1  init  0xaaaab0c82000"));
    }

    @Test
    void whatASavedQueryDoesNotTakeIsRefused() {
        assertTrue(
                refused("query", "guest", "--saved", "odd_names", "-p", "from=x")
                        .contains("from of query odd_names is an integer"));
        assertTrue(
                refused("query", "guest", "--saved", "odd_names", "-p", "pid=1")
                        .contains("no parameter pid of query odd_names: there is from"));
        assertTrue(
                refused("query", "guest", "--saved", "who_maps_frame").contains("give it with -p"));
        assertTrue(refused("query", "guest", "--saved", "odd_name").contains("odd_names?"));
        assertTrue(refused("query", "guest", "RETURN 1", "--saved", "odd_names").contains("twice"));
        assertTrue(refused("query", "guest", "RETURN 1", "--queries", "x").contains("--saved"));
    }

    @Test
    void aSoundGuestPasses() {
        Cli sound = run("check", "guest", SOUND);
        assertEquals(0, sound.exitCode(), sound::toString);
        assertTrue(
                sound.out().endsWith("1 constraint: 1 passed, 0 failed, 0 could not be asked\n"),
                sound.out());
    }

    @Test
    void violationsAreShownAndEndWithOne() {
        Cli found = run("check", "guest", SOUND, "odd_names", "--rows", "1", "-p", "from=2");
        assertEquals(1, found.exitCode(), found::toString);
        assertTrue(found.out().contains("odd_names         minor     FAILED           2  "));
        assertTrue(
                found.out()
                        .contains(
                                "odd_names: Names that are odd\nat      comm\n------  --------\n"
                                        + "0x2000  kthreadd\n1 of 2; all of them: tablewalk query"
                                        + " guest --saved odd_names -p from=2 --home "),
                found.out());
    }

    @Test
    void failOnDecidesWhatEndsWithOne() {
        String[] failOn = {"check", "guest", "odd_names", "--fail-on", ""};
        for (String severity : List.of("info", "minor")) {
            failOn[4] = severity;
            assertEquals(1, run(failOn).exitCode(), severity);
        }
        for (String severity : List.of("major", "CRITICAL", "never")) {
            failOn[4] = severity;
            assertEquals(0, run(failOn).exitCode(), severity);
        }
    }

    @Test
    void aConstraintThatCannotBeAskedIsNotPassedOver() {
        Cli broken =
                run(
                        "check",
                        "guest",
                        "broken",
                        SOUND,
                        "--fail-on",
                        "never",
                        "--queries",
                        folder.resolve("other").toString());
        assertEquals(2, broken.exitCode(), broken::toString);
        assertTrue(broken.out().contains("broken: Names that are odd\ncould not be asked: "));
        assertTrue(broken.out().endsWith("1 passed, 0 failed, 1 could not be asked\n"));
    }

    @Test
    void programsGetOneDocument() throws IOException {
        ObjectMapper json = new ObjectMapper();
        Cli plain = run("check", "guest", "odd_names", "--format", "json");
        assertEquals(1, plain.exitCode());
        assertEquals(3, json.readTree(plain.out()).at("/constraints/0/violations").asInt());
        JsonNode sarif =
                json.readTree(run("check", "guest", "odd_names", "--format", "sarif").out());
        assertEquals(3, sarif.at("/runs/0/results").size());
        assertEquals("warning", sarif.at("/runs/0/results/0/level").asText());
        String junit = run("check", "guest", "odd_names", "--format", "junit").out();
        assertTrue(junit.startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
        assertTrue(junit.contains("failures=\"1\""), junit);
    }

    @Test
    void aPageIsWrittenBesides() throws IOException {
        Path page = folder.resolve("page.html");
        String[] check = {
            "check", "guest", "odd_names", "--rows", "1", "--report", page.toString()
        };
        Cli written = run(check);
        assertEquals(1, written.exitCode(), written::toString);
        assertTrue(written.out().contains("1 of 3; all of them"), written.out());
        String html = Files.readString(page);
        assertTrue(html.contains("<td class=\"text\">\\x1b[31mred</td>"), html);
        assertTrue(html.contains("<td class=\"text\">kthreadd</td>"), "more than on the terminal");
        assertTrue(html.contains("table_outside_ram"), "anomalies");
        assertTrue(refused(check).contains("--force"));
    }

    @Test
    void whatCannotBeCheckedIsRefused() {
        String report = refused("check", "guest", "who_maps_frame");
        assertTrue(report.contains("tablewalk query guest --saved who_maps_frame"), report);
        assertTrue(refused("check", "guest", "overlapping_vma").contains(SOUND + "?"));
        assertTrue(refused("check", "ghost", SOUND).contains("no checkpoint 'ghost'"));
        assertTrue(refused("check", "guest", "-p", "nothing=1").contains("no parameter nothing"));
        assertTrue(refused("check", "guest", "--rows", "-1").contains("--rows takes 0"));
        assertTrue(refused("check", "guest", "--queries", "/none").contains("no folder /none"));
        assertTrue(refused("check", "guest", "--fail-on", "bad").contains("--fail-on"));
    }

    @Test
    void progressNamesTheConstraint() {
        Cli timed = run("check", "guest", SOUND, "--timings");
        assertTrue(timed.err().contains("\n" + SOUND), timed.err());
    }
}
