package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code diff}, and what other commands do with what it keeps. */
class DiffCommandIT {
    private static final long VA = 0x4000_0000L;
    private static final int TRICKY = 40;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @BeforeAll
    static void ingest() throws IOException {
        ingest("before", guest(false, 0));
        ingest("after", guest(true, 0));
        ingest("rebooted", guest(true, 0x40_0000));
        Cli made = run("diff", "before", "after", "--as", "changes", "--checks");
        assertEquals(1, made.exitCode(), made::toString);
    }

    private static void ingest(String name, GuestImageBuilder guest) throws IOException {
        Path image = folder.resolve(name + ".raw");
        guest.write(image);
        Cli run = run("ingest", image.toString(), "--as", name, "--hash", "--quiet");
        assertEquals(0, run.exitCode(), run::toString);
    }

    /** Later one process has gone, another has come, and one maps other pages. */
    private static GuestImageBuilder guest(boolean later, long kaslr) {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .kaslr(kaslr, 0)
                        .ramSize(32 << 20);
        long pool = guest.allocate(64, 1);
        long boot = kaslr; // start times differ from boot to boot
        guest.kernelThread(2, "kthreadd").kernelThread(3, "kswapd0");
        guest.task(
                1,
                "init",
                t -> t.startTime(boot + 1).mm(mm -> mm.vma(VA, VA + 0x4000, "rw-p").page(VA)));
        guest.task(
                TRICKY,
                "\u001b[31mred\n",
                t ->
                        t.startTime(boot + 40)
                                .mm(
                                        mm -> {
                                            mm.vma(VA, VA + 0x10_0000, later ? "r--p" : "rw-p");
                                            // It may be written still, whatever its VMA says.
                                            mm.page(VA, pool, LeafFlag.WRITABLE, LeafFlag.DIRTY);
                                            mm.page(VA + 0x1000, later ? pool + 2 : pool + 1);
                                            if (later) {
                                                mm.swap(VA + 0x2000, 0, 5);
                                                mm.page(VA + 0x3000, pool + 4);
                                            } else {
                                                mm.page(VA + 0x2000, pool + 3);
                                            }
                                            mm.vma(VA - 0x1000, VA, "---p");
                                        }));
        guest.task(
                later ? 61 : 60,
                later ? "came" : "went",
                t ->
                        t.startTime(boot + (later ? 61 : 60))
                                .mm(mm -> mm.vma(VA, VA + 0x4000, "rw-p").page(VA, pool + 8)));
        return guest;
    }

    private static Cli run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--home", folder.resolve("home").toString()));
        return Cli.run(all.toArray(String[]::new));
    }

    private static void refused(String words, String... args) {
        Cli run = run(args);
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run::toString);
        assertTrue(run.err().contains(words), run::toString);
    }

    private static JsonNode json(String... args) throws IOException {
        return new ObjectMapper().readTree(run(args).out());
    }

    @Test
    void theSummaryIsForPeople() {
        Cli run = run("diff", "before", "after");
        assertEquals(1, run.exitCode());
        String out = run.out();
        assertTrue(out.startsWith("before -> after: two moments of one boot"), out);
        assertTrue(out.lines().anyMatch(line -> line.matches("born +61  came .*")), out);
        assertTrue(out.lines().anyMatch(line -> line.matches("gone +60  went")), out);
        assertTrue(out.lines().anyMatch(line -> line.matches("swapped out +0x40002000-.*")), out);
        assertTrue(out.contains("reprotected"), out);
        assertTrue(out.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), out);
        assertTrue(out.contains("\\x1b[31mred\\n"), out);
    }

    @Test
    void oneAndTheSameDoesNotDiffer() {
        Cli run = run("diff", "before", "before");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().endsWith("Nothing differs.\n"), run::toString);
    }

    @Test
    void allFormatsTellTheSameChanges() throws IOException {
        JsonNode whole = json("diff", "before", "after", "--format", "json");
        List<String> lines =
                run("diff", "before", "after", "--format", "ndjson").out().lines().toList();
        assertEquals(whole.get("changes").size(), lines.size());
        Map<String, Long> pages = new TreeMap<>();
        Map<String, Long> kernel = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            JsonNode change = new ObjectMapper().readTree(lines.get(i));
            assertEquals(whole.get("changes").get(i), change);
            if (change.get("subject").asText().equals("pages")) {
                (change.get("root").asText().equals("mm") ? pages : kernel)
                        .merge(
                                change.get("change").asText(),
                                change.get("pages").asLong(),
                                Long::sum);
            }
        }
        assertEquals(new ObjectMapper().valueToTree(pages), sorted(whole.get("pages")));
        assertEquals(new ObjectMapper().valueToTree(kernel), sorted(whole.get("kernel_pages")));
        assertEquals(1, pages.get("moved"));
        assertEquals(1, pages.get("swapped_out"));
        assertEquals(2, pages.get("mapped"));
        String csv = run("diff", "before", "after", "--format", "csv").out();
        assertTrue(
                csv.startsWith("subject,change,pids,comm,root,va,end,pages,name,before,after\r"));
        assertEquals(lines.size() + 1, csv.split("\r\n", -1).length - 1);
    }

    private static JsonNode sorted(JsonNode counts) {
        Map<String, Long> sorted = new TreeMap<>();
        counts.properties().forEach(each -> sorted.put(each.getKey(), each.getValue().asLong()));
        return new ObjectMapper().valueToTree(sorted);
    }

    @Test
    void whatIsKeptIsACheckpoint() {
        assertTrue(run("list").out().contains("changes"));
        assertTrue(run("info", "changes").out().contains("diff_before"));
        Cli added = run("query", "changes", "MATCH (t:Task:Added) RETURN t.pid", "--format", "csv");
        assertEquals("t.pid\r\n61\r\n", added.out());
        Cli walk =
                run(
                        "query",
                        "changes",
                        "CALL tw.walk(40, " + (VA + 0x2000) + ") YIELD kind RETURN kind",
                        "--format",
                        "csv");
        assertTrue(walk.out().endsWith("swap\r\n"), walk::toString);
        Cli moment = run("query", "changes", "--saved", "process_memory");
        assertEquals(0, moment.exitCode(), moment::toString);
        assertTrue(moment.err().contains("may be of either side"), moment::toString);
        Cli changes =
                run(
                        "query",
                        "changes",
                        "--saved",
                        "process_changes",
                        "-p",
                        "pid=" + TRICKY,
                        "--format",
                        "ndjson");
        assertEquals(0, changes.exitCode(), changes::toString);
        // Page 1 went and came, page 2 went to swap, page 3 came.
        assertEquals(4, changes.out().lines().count(), changes::toString);
    }

    @Test
    void whatAsksForOneMomentIsRefused() {
        refused("is a diff", "diff", "changes", "after");
        refused("is a diff", "verify", "changes", "--truth", "none");
        refused("is a diff", "check", "changes");
        refused("is a diff", "check", "changes", "overlapping_vmas");
        refused("is no diff", "query", "after", "--saved", "task_changes");
        refused("no checkpoint 'nobody'", "diff", "before", "nobody");
        refused("exists already", "diff", "before", "after", "--as", "changes");
    }

    @Test
    void constraintsAreComparedAsCheckFindsThem() throws IOException {
        Map<String, String> differing = new TreeMap<>();
        for (String side : List.of("before", "after")) {
            for (JsonNode each : json("check", side, "--format", "json").get("constraints")) {
                differing.merge(
                        each.get("id").asText(),
                        each.get("state").asText() + each.get("violations").asText(),
                        (one, other) -> one.equals(other) ? "" : one + " " + other);
            }
        }
        differing.values().removeIf(String::isEmpty);
        Map<String, String> told = new TreeMap<>();
        for (JsonNode row :
                json("query", "changes", "--saved", "checks_that_changed", "--format", "json")) {
            told.put(
                    row.get("id").asText(),
                    row.get("before").asText()
                            + row.get("rows_before").asText()
                            + " "
                            + row.get("after").asText()
                            + row.get("rows_after").asText());
        }
        assertEquals(differing, told);
        // Its pages can be written still, and its VMA forbids it now.
        assertTrue(told.containsKey("entries_looser_than_vma"), told::toString);
    }

    @Test
    void aCheckpointOfAnotherVersionIsRefusedWithTheCure() throws IOException {
        Path home = folder.resolve("old-home");
        for (String name : List.of("before", "after")) {
            try (Stream<Path> files = Files.walk(folder.resolve("home").resolve(name))) {
                for (Path file : files.toList()) {
                    Path to = home.resolve(folder.resolve("home").relativize(file));
                    Files.createDirectories(to.getParent());
                    if (!Files.isDirectory(file)) {
                        Files.copy(file, to);
                    }
                }
            }
        }
        Path described = home.resolve("before/checkpoint.json");
        Files.writeString(
                described,
                Files.readString(described)
                        .replaceFirst("\"schema_version\" : [0-9]+", "\"schema_version\" : 1"));
        Cli run = Cli.run("diff", "before", "after", "--home", home.toString());
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().contains("another version"), run::toString);
        assertTrue(run.err().contains("ingest its image again"), run::toString);
        assertEquals(1, run.err().lines().count());
    }

    @Test
    void anotherBootIsSaidToBeOne() {
        Cli run = run("diff", "before", "rebooted", "--as", "boots");
        assertEquals(1, run.exitCode(), run::toString);
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(0).contains("two boots of one kernel"), run::toString);
        assertTrue(lines.get(1).startsWith("note: these are two boots"), run::toString);
        assertTrue(run.out().contains("have no counterpart"), run::toString);
        // The kernel's memory lies elsewhere, and is what it was: region by region.
        assertFalse(run.out().contains("reprotected  0xffff8"), run::toString);
    }

    @Test
    void twoKernelsAndTwoShapesOfTablesAreCompared() {
        Map<String, String> images = new TreeMap<>();
        for (String guest : List.of("arm64-6.1", "arm64-6.12", "arm64-6.12-16k")) {
            images.put(guest, LabGuests.require(guest).image(1).toString());
        }
        images.forEach(
                (guest, image) ->
                        assertEquals(0, run("ingest", image, "--as", guest, "-q").exitCode()));
        Cli kernels = run("diff", "arm64-6.1", "arm64-6.12", "--as", "kernels");
        assertEquals(1, kernels.exitCode(), kernels::toString);
        assertTrue(kernels.out().contains("\nnote: these are two kernels: 6.1"), kernels::toString);
        Cli shapes = run("diff", "arm64-6.12", "arm64-6.12-16k");
        assertEquals(1, shapes.exitCode(), shapes::toString);
        assertTrue(shapes.out().contains("16 KiB pages"), shapes::toString);
        refused(
                "pages of one size",
                "diff",
                "arm64-6.12",
                "arm64-6.12-16k",
                "--as",
                "shapes",
                "-q");
    }

    @Test
    void helpHasExamplesAndCompletionKnowsIt() {
        assertTrue(Cli.run("diff", "--help").out().contains("tablewalk diff before after --as"));
        assertTrue(Cli.run("completion").out().contains("diff"));
    }
}
