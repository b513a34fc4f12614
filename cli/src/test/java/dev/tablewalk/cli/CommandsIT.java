package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a guest made by hand. */
class CommandsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @BeforeAll
    static void load() {
        load("guest");
    }

    private static void load(String name) {
        StoreHome.at(folder.resolve("home")).load(name, new HandMadeGuest(name), Progress.NONE);
    }

    private static Cli run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return Cli.run(all.toArray(String[]::new));
    }

    private static String done(String... args) {
        Cli run = run(args);
        assertEquals(0, run.exitCode(), run::toString);
        return run.out();
    }

    @Test
    void listAndInfoTellWhatIsThere() {
        String row = "guest  handmade  2023-11-14T22:13:20Z  6.1.0-handmade  aarch64";
        assertTrue(done("list").contains(row), done("list"));
        assertTrue(done("list", "--format", "json").contains("\"tasks\":4"));
        assertTrue(done("info", "guest").lines().anyMatch(line -> line.matches(":Task +4")));
        assertTrue(done("info", "guest", "--format", "json").contains("\"POINTS_TO\" : 10"));
    }

    @Test
    void aFleetIsExportedAndAsked() {
        String data = folder.resolve("fleet").toString();
        Cli first = run("export", "guest", "--format", "parquet", "-o", data);
        assertEquals(0, first.exitCode(), first::toString);
        assertTrue(first.err().contains("guest: "), first::toString);
        Cli again = run("export", "guest", "--format", "parquet", "-o", data);
        assertTrue(again.err().contains("is there already"), again::toString);
        assertTrue(done("fleet", "list", data).contains("handmade  guest"));
        assertEquals(
                "guest,tasks\r\nhandmade,4\r\n",
                done(
                        "fleet",
                        "query",
                        data,
                        "SELECT guest, count(*) AS tasks FROM task GROUP BY guest",
                        "--format",
                        "csv"));
        assertTrue(
                done("fleet", "query", data, "--saved", "kernels_in_use")
                        .contains("6.1.0-handmade"));
        assertTrue(done("fleet", "queries").contains("largest_growth"));
        assertTrue(done("fleet", "queries", "equal_frames").contains("HAVING count"));
    }

    @Test
    void removeRemoves() {
        load("short-lived");
        Cli removal = run("remove", "short-lived");
        assertEquals(0, removal.exitCode());
        assertEquals("", removal.out());
        assertFalse(done("list").contains("short-lived"));
    }

    @Test
    void queryPrintsRowsAndNothingElse() throws IOException {
        assertEquals(
                "pid  comm\n---  -----------\n  1  init\n  7  \\x1b[31mred\n",
                done(
                        "query",
                        "guest",
                        "MATCH (t:Task {tgid: 1}) RETURN t.pid AS pid, t.comm AS comm ORDER BY"
                                + " pid"));
        assertEquals(
                "{\"pid\":7}\n",
                done(
                        "query",
                        "guest",
                        "MATCH (t:Task {pid: $pid}) RETURN t.pid AS pid",
                        "-p",
                        "pid=7",
                        "--format",
                        "NDJSON"));
        Path question = Files.writeString(folder.resolve("q.cypher"), "RETURN 'a,b' AS x\n");
        assertEquals(
                "x\r\n\"a,b\"\r\n",
                done("query", "guest", "-f", question.toString(), "--format", "csv"));
    }

    @Test
    void aPageTableWalkIsAPath() {
        String path =
                done(
                        "query",
                        "guest",
                        "MATCH p = (:Task {pid: 1})-[:POINTS_TO*]->(r:PageRange {pfn: $pfn}) RETURN"
                                + " p",
                        "-p",
                        "pfn=" + HandMadeGuest.PFN);
        assertTrue(path.contains("(:Task {pid: 1, comm: \"init\""), path);
        assertTrue(path.contains("->(:PageRange {kind: \"ram\", pfn: 285551"), path);
    }

    @Test
    void walkGoesLevelByLevel() {
        String walk = done("walk", "guest", "--pid", "7", "0xaaaab0c82abc");
        assertEquals(
                List.of("PGD", "PUD", "PMD", "PTE"),
                walk.lines().skip(2).limit(4).map(line -> line.substring(0, 3)).toList());
        assertTrue(walk.contains("PTE    0x48003000    130  0x45b700e3"), walk);
        assertTrue(
                walk.endsWith("va 0xaaaab0c82abc is pa 0x45b70abc, pfn 0x45b70 + 0xabc\n"), walk);
        assertTrue(
                done("walk", "guest", "--tid", "1", "0xaaaab0c84000").contains("not valid"),
                "PROT_NONE");
        assertTrue(
                done("walk", "guest", "--pid", "1", "0xaaaab0c86000")
                        .endsWith("is swapped out: swap type 0, slot 0x3\n"));
        assertTrue(
                done("walk", "guest", "--pid", "1", "4096")
                        .endsWith("is not mapped: the PGD entry is empty\n"));
    }

    @Test
    void verifyEndsWithOneWhereSomethingDiffers() throws IOException {
        Path truth = Files.writeString(folder.resolve("truth"), HandMadeGuest.TRUTH);
        String exact = done("verify", "guest", "--truth", truth.toString());
        assertTrue(
                exact.contains("present pages         4         4        0      0      0"), exact);
        assertTrue(exact.contains("left out: pid 90 (), the collector"), exact);
        Files.writeString(truth, HandMadeGuest.TRUTH.replace("45b71", "45b72"));
        Cli wrong = run("verify", "guest", "--truth", truth.toString(), "--format", "json");
        assertEquals(1, wrong.exitCode());
        assertTrue(wrong.out().contains("\"exact\" : false"), wrong.out());
        assertTrue(wrong.out().contains("pid 1 va 0xaaaab0c83000"), wrong.out());
        assertTrue(
                run("verify", "guest", "--truth", truth.toString(), "--list", "0")
                        .out()
                        .endsWith("what ran it\n"));
    }

    @Test
    void timingsGoToStderr() {
        Cli run = run("query", "guest", "RETURN 1 AS one", "--timings");
        assertEquals("one\n---\n  1\n", run.out());
        assertTrue(run.err().contains("query"), run.err());
        assertTrue(run.err().lines().toList().getLast().contains("resident at most"), run.err());
    }

    @Test
    void completionIsAScript() {
        String script = done("completion");
        assertTrue(script.startsWith("#!/usr/bin/env bash"));
        assertTrue(script.contains("ingest"));
        assertTrue(script.contains("who_maps_frame"), "ids of saved queries");
        assertTrue(script.contains("\"aarch64\" \"x86_64\""), "architectures of the demo");
    }

    @Test
    void theDemoTakesASyntheticGuestOfEachArchitecture() {
        String home = folder.resolve("demo-home").toString();
        Map<String, String> names =
                Map.of("aarch64", "aarch64", "arm64", "aarch64", "x86_64", "x86_64");
        names.forEach(
                (arch, name) -> {
                    String demo = Cli.succeed("demo", "--arch", arch, "--home", home).out();
                    String told = Cli.succeed("info", "demo-before", "--home", home).out();
                    assertTrue(told.contains(name), told);
                    assertTrue(demo.contains("== The RAM of a synthetic guest"), demo);
                    assertTrue(demo.contains("== What changed between the two moments?"), demo);
                });
        Cli refused = Cli.run("demo", "--arch", "sparc", "--home", home);
        assertEquals(2, refused.exitCode(), refused::toString);
        assertEquals("", refused.out());
        assertEquals(1, refused.err().lines().count(), refused::toString);
        assertTrue(refused.err().contains("sparc"), refused::toString);
        String kept = Cli.succeed("list", "--home", home).out();
        assertTrue(kept.contains("demo-after"), "what is refused removes nothing");
    }

    @Test
    void everyCommandHasHelpWithExamples() {
        for (String command :
                List.of(
                        "ingest",
                        "list",
                        "info",
                        "remove",
                        "query",
                        "shell",
                        "queries",
                        "check",
                        "walk",
                        "verify",
                        "demo",
                        "completion")) {
            Cli help = Cli.run(command, "--help");
            assertEquals(0, help.exitCode());
            assertTrue(
                    help.out().contains("Examples:\n  tablewalk " + command)
                            || help.out().contains("Examples:\n  source <(tablewalk completion)"),
                    help.out());
        }
    }
}
