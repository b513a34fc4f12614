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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Findings that are accepted, on a guest made by hand: a constraint that finds three tasks. */
class BaselineIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path work;

    @SuppressWarnings("NullAway.Init") // set in name()
    private String file;

    @BeforeAll
    static void load() throws IOException {
        StoreHome.at(folder.resolve("home"))
                .load("guest", new HandMadeGuest("guest"), Progress.NONE);
        Path own = Files.createDirectories(folder.resolve("home/queries"));
        Files.writeString(
                own.resolve("odd.cypher"),
                """
                // id: odd
                // title: Tasks that are odd
                // kind: constraint
                // severity: major
                // meaning: They tease.
                // param: boot integer = 0 | what is another on each boot
                // column: at hex | where
                // column: comm text | who
                MATCH (t:Task) WHERE t.pid >= 1
                RETURN t.pid * 4096 + $boot AS at, t.comm AS comm ORDER BY at
                """);
    }

    @BeforeEach
    void name() {
        file = work.resolve("accepted.txt").toString();
    }

    private static Cli run(String... args) {
        List<String> all = new ArrayList<>(List.of("check", "guest", "odd"));
        all.addAll(List.of(args));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return Cli.run(all.toArray(String[]::new));
    }

    private static void refused(String message, String... args) {
        Cli run = run(args);
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
    }

    private String update() throws IOException {
        Cli made =
                run(
                        "--baseline",
                        file,
                        "--update-baseline",
                        "--reason",
                        "all mine",
                        "--expires",
                        "never");
        assertEquals(0, made.exitCode(), made::toString);
        return Files.readString(Path.of(file));
    }

    @Test
    void whatWasAcceptedOnceStaysSoOnTheNextBoot() throws IOException {
        assertEquals(1, run().exitCode());
        String text = update();
        assertTrue(text.contains("accept odd\n  where comm: init\n  reason: all mine\n"), text);
        assertTrue(text.contains("  where comm: \"\\u001B[31mred\"\n"), text);
        Cli next = run("--baseline", file, "-p", "boot=9");
        assertEquals(0, next.exitCode(), next::toString);
        assertTrue(
                next.out().contains("\n1 accepted for good: all mine (comm init)\n"), next.out());
        assertEquals(text, update(), "nothing new");
    }

    @Test
    void aNewFindingFailsAndIsShownBeforeWhatIsAccepted() throws IOException {
        String text = update();
        Files.writeString(Path.of(file), text.replace("comm: kthreadd", "comm: kthread?"));
        Cli found = run("--baseline", file, "--rows", "1");
        assertEquals(1, found.exitCode(), found::toString);
        assertTrue(found.out().contains("at      comm\n------  --------\n0x2000  kthreadd\n"));
        assertTrue(found.out().contains("matches nothing any more: line "), found.out());
        assertEquals(0, run("--baseline", file, "--fail-on", "critical").exitCode());
        Cli updated = run("--baseline", file, "--update-baseline");
        assertEquals(0, updated.exitCode());
        assertTrue(
                updated.err()
                        .contains(
                                "3 entries: 1 new, 0 raised to what is found now, 2 as they were; 1"
                                        + " that matched nothing taken out"),
                updated.err());
        assertTrue(Files.readString(Path.of(file)).contains("reason: no reason given yet\n"));
        assertTrue(Files.readString(Path.of(file)).contains("reason: all mine\n"));
    }

    @Test
    void whatHasExpiredCountsAgain() throws IOException {
        Files.writeString(Path.of(file), update().replace("expires: never", "expires: 2020-01-01"));
        Cli found = run("--baseline", file);
        assertEquals(1, found.exitCode(), found::toString);
        assertTrue(found.out().contains("not accepted any more, expired 2020-01-01: all mine"));
        assertEquals(1, run("--baseline", file, "--update-baseline").exitCode());
    }

    @Test
    void everyFormTellsOfIt() throws IOException {
        update();
        ObjectMapper json = new ObjectMapper();
        JsonNode plain = json.readTree(run("--baseline", file, "--format", "json").out());
        assertFalse(plain.at("/failed").asBoolean());
        assertEquals(3, plain.at("/baseline/accepted").asInt());
        assertEquals("accepted", plain.at("/constraints/0/state").asText());
        assertEquals("all mine", plain.at("/constraints/0/accepted_by/0/reason").asText());
        assertEquals(3, plain.at("/constraints/0/accepted_rows").size());
        JsonNode sarif = json.readTree(run("--baseline", file, "--format", "sarif").out());
        assertEquals(
                "all mine", sarif.at("/runs/0/results/2/suppressions/0/justification").asText());
        assertTrue(run("--baseline", file, "--format", "junit").out().contains("skipped=\"1\""));
        Path page = work.resolve("page.html");
        run("--baseline", file, "--report", page.toString());
        String html = Files.readString(page);
        assertTrue(html.contains("<details class=\"check accepted\" id=\"odd\">"), html);
        assertTrue(html.contains("1 accepted for good: all mine (comm init)"), html);
    }

    @Test
    void whatCannotBeIsRefusedInALine() throws IOException {
        refused("no baseline " + file + ": --update-baseline makes one", "--baseline", file);
        refused("--update-baseline needs --baseline", "--update-baseline");
        refused("--reason goes with --update-baseline", "--baseline", file, "--reason", "x");
        refused(
                "--expires takes a date such as 2027-06-30, or never, and 'soon' is neither",
                "--baseline",
                file,
                "--update-baseline",
                "--expires",
                "soon");
        refused(
                "--expires 2020-01-01 is past",
                "--baseline",
                file,
                "--update-baseline",
                "--expires",
                "2020-01-01");
        refused("is a folder", "--baseline", work.toString());
        refused(
                "no folder to write the baseline",
                "--baseline",
                work.resolve("none/x").toString(),
                "--update-baseline");
        Files.writeString(Path.of(file), "accept od\n");
        refused("accepted.txt:1: no saved query 'od': did you mean odd?", "--baseline", file);
        Files.write(Path.of(file), new byte[] {(byte) 0xff});
        refused("cannot be read as UTF-8", "--baseline", file);
        assertFalse(Files.readAllBytes(Path.of(file)).length > 1, "left alone");
    }
}
