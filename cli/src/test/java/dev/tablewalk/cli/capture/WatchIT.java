package dev.tablewalk.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.cli.Cli;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import dev.tablewalk.ingest.lab.RunningGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A guest that runs, watched: one series, in which each test goes on where the last has ended. */
@NeedsLabGuest("arm64-6.1")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RunningGuest guest;

    @BeforeAll
    static void boot() throws IOException {
        guest = RunningGuest.boot("arm64-6.1", folder.resolve("g"), "file").awaitReady();
    }

    @AfterAll
    static void end() throws IOException {
        guest.close();
    }

    private static Path home() {
        return folder.resolve("home");
    }

    private static Series series() {
        return Series.of(StoreHome.at(home()), "guest");
    }

    /** Numbers of the moments whose checkpoints are there. */
    private static List<Long> whole() {
        return series().moments().stream().filter(series()::isWhole).map(Moment::number).toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    /** What is in the series' folder when nothing is under way, and in the store home. */
    private static void assertNothingIsLeft() throws IOException {
        List<String> expected = new ArrayList<>(List.of("lock", "moments.ndjson"));
        for (Moment moment : series().moments()) {
            if (moment.number() > 1) {
                expected.add(String.valueOf(series().changes(moment.number()).getFileName()));
            }
        }
        assertEquals(expected.stream().sorted().toList(), names(home().resolve("series/guest")));
        Cli.succeed("list", "--home", home().toString()); // which sweeps
        List<String> checkpoints =
                names(home()).stream()
                        .filter(name -> name.matches("guest.*|[.]loading.*"))
                        .toList();
        assertEquals(whole().stream().map(series()::name).toList(), checkpoints);
        assertTrue(Qemu.runs(guest.qmp()));
    }

    /** So many moments more, in a process that ends then. */
    private static List<JsonNode> take(int moments, int keep)
            throws IOException, InterruptedException {
        Watching watching =
                Watching.start(
                        folder,
                        home(),
                        guest.qmp(),
                        "--every",
                        "1s",
                        "--moments",
                        String.valueOf(moments),
                        "--keep",
                        String.valueOf(keep));
        assertEquals(0, watching.end(), watching.said());
        List<JsonNode> rows = watching.rows();
        assertEquals(moments, rows.size(), watching.said());
        return rows;
    }

    private static String changes(long number) throws IOException {
        try (GZIPInputStream in =
                new GZIPInputStream(Files.newInputStream(series().changes(number)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @Order(1)
    void eachMomentIsWhatTheGuestSaidAndItsChangesAreWhatDiffTells()
            throws IOException, InterruptedException {
        List<JsonNode> rows = take(2, 2);
        assertEquals("guest-000001", rows.getFirst().path("name").asText());
        JsonNode row = rows.getLast();
        assertEquals("guest-000002", row.path("name").asText());
        assertTrue(row.path("standstill_ms").asDouble() > 0, row.toString());
        assertTrue(row.path("kernel").asText().startsWith("6.1."), row.toString());
        assertTrue(row.path("tasks").asInt() > 100, row.toString());
        assertEquals(List.of(1L, 2L), whole());
        assertNothingIsLeft();
        for (JsonNode each : rows) {
            Cli.succeed(
                    "verify",
                    each.path("name").asText(),
                    "--truth",
                    guest.truth().toString(),
                    "--home",
                    home().toString());
        }
        guest.proceed();
        assertTrue(guest.says("GUEST-READY-2", 120), "the guest does not come on");
        take(1, 2);
        Cli told =
                Cli.run(
                        "diff",
                        "guest-000002",
                        "guest-000003",
                        "--format",
                        "ndjson",
                        "--home",
                        home().toString());
        assertEquals(1, told.exitCode(), told::err);
        assertEquals(told.out(), changes(3));
        assertTrue(told.out().lines().count() > 100, "all in it has changed");
    }

    @Test
    @Order(2)
    void theDiskGrowsByWhatChanged() throws IOException, InterruptedException {
        assertEquals(4, take(1, 1).getFirst().path("number").asInt());
        assertEquals(List.of(1L, 4L), whole());
        long before = series().bytes();
        take(2, 1);
        assertEquals(List.of(1L, 6L), whole());
        long each = (series().bytes() - before) / 2;
        long checkpoint = series().moments().getLast().checkpointBytes();
        assertTrue(each < checkpoint / 10, each + " bytes a moment of " + checkpoint);
        assertNothingIsLeft();

        Cli list = Cli.succeed("list", "--home", home().toString());
        assertTrue(list.out().lines().anyMatch(line -> line.matches("guest +6 +2 .*")), list::out);
        Cli table = Cli.succeed("list", "--series", "guest", "--home", home().toString());
        assertTrue(
                table.out().lines().anyMatch(line -> line.matches("guest-000006 .* true")),
                table::out);
        List<String> rows =
                Cli.succeed(
                                "list",
                                "--series",
                                "guest",
                                "--format",
                                "csv",
                                "--home",
                                home().toString())
                        .out()
                        .lines()
                        .toList();
        assertEquals(7, rows.size());
        assertTrue(rows.get(2).startsWith("2,guest-000002,"), rows.get(2));
        assertTrue(rows.get(2).endsWith(",false"), rows.get(2));
        assertTrue(rows.get(6).endsWith(",true"), rows.get(6));
    }

    @Test
    @Order(3)
    void killedAnywhereItGoesOnWithTheNextNumber() throws IOException, InterruptedException {
        Path at = home().resolve("series/guest");
        for (String place : List.of("capture", "load", "check")) {
            long last = series().moments().getLast().number();
            Watching watching =
                    Watching.start(folder, home(), guest.qmp(), "--every", "1s", "--keep", "1");
            while (watching.isAlive()) {
                boolean reached =
                        switch (place) {
                            case "capture" ->
                                    names(at).stream().anyMatch(n -> n.endsWith(".capture"));
                            case "load" ->
                                    names(home()).stream().anyMatch(n -> n.startsWith(".loading"));
                            default -> Files.exists(home().resolve(series().name(last + 1)));
                        };
                if (reached) {
                    break;
                }
                TimeUnit.MILLISECONDS.sleep(2);
            }
            watching.kill();
            assertEquals(last, series().moments().getLast().number(), place);
            assertTrue(names(at).contains("under-way"), place);
            assertEquals(last + 1, take(1, 1).getFirst().path("number").asLong(), place);
            assertEquals(List.of(1L, last + 1), whole(), place);
            assertNothingIsLeft();
        }
    }

    @Test
    @Order(4)
    void killedWhileTheGuestStandsStillItIsLetRunByTheNext()
            throws IOException, InterruptedException {
        Path socket = folder.resolve("relay.sock");
        // Asked before the moment, before the guest is stopped, and while it stands still.
        try (StallingRelay relay = new StallingRelay(socket, guest.qmp(), "query-status", 2)) {
            Watching watching = Watching.start(folder, home(), socket, "--every", "1s");
            assertTrue(relay.awaitReached(), watching.said());
            watching.kill();
        }
        assertFalse(Qemu.runs(guest.qmp()));
        Watching next =
                Watching.start(folder, home(), guest.qmp(), "--every", "1s", "--moments", "1");
        assertEquals(0, next.end(), next.said());
        assertTrue(next.said().contains("runs again"), next.said());
        assertTrue(next.rows().getFirst().path("standstill_ms").asDouble() > 0);
        assertNothingIsLeft();
    }

    @Test
    @Order(5)
    void othersAskBetweenAndASecondWatchIsRefused() throws IOException, InterruptedException {
        long last = series().moments().getLast().number();
        Watching watching =
                Watching.start(folder, home(), guest.qmp(), "--every", "1s", "--keep", "2");
        while (watching.rows().isEmpty() && watching.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        for (long number : List.of(1L, last + 1)) {
            Watching query =
                    Watching.start(
                            folder,
                            List.of(
                                    "query",
                                    series().name(number),
                                    "MATCH (t:Task {pid: 1}) RETURN count(t) AS n",
                                    "--format",
                                    "ndjson",
                                    "--home",
                                    home().toString()));
            assertEquals(0, query.end(), query.said());
            assertEquals(1, query.rows().getFirst().path("n").asInt());
        }
        Watching second = Watching.start(folder, home(), guest.qmp(), "--every", "1s");
        assertEquals(2, second.end());
        assertTrue(second.said().contains("is being watched already"), second.said());
        assertEquals(1, second.said().lines().count(), second.said());

        // A moment takes longer than its second.
        watching.awaitSaid("skipped ");
        watching.interrupt(); // SIGTERM, as Ctrl-C
        assertEquals(128 + 15, watching.end(), watching.said());
        assertNothingIsLeft();
    }

    @Test
    @Order(6)
    void aMomentThatCannotBeTakenIsMissed() throws IOException, InterruptedException {
        int before = series().moments().size();
        Qemu.ask(
                guest.qmp(),
                "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"max-bandwidth\":1000000}}");
        Qemu.ask(
                guest.qmp(),
                "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"exec:cat > /dev/null\"}}");
        Watching watching =
                Watching.start(folder, home(), guest.qmp(), "--every", "1s", "--moments", "1");
        watching.awaitSaid("a moment is missed: the guest is being migrated");
        assertEquals(before, series().moments().size());
        Qemu.execute(guest.qmp(), "migrate_cancel");
        assertEquals(0, watching.end(), watching.said());
        assertEquals(before + 1, series().moments().size());
        assertNothingIsLeft();
    }

    @Test
    @Order(7)
    void withoutRoomNothingIsLeftAndTheNextIsTried() throws IOException, InterruptedException {
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", small.toString()) == 0,
                "a small disk can only be mounted by root");
        try {
            Watching watching = Watching.start(folder, small, guest.qmp(), "--every", "1s");
            watching.awaitSaid("No space left");
            while (watching.said().split("a moment is missed: ", -1).length < 3) {
                assertTrue(watching.isAlive(), watching.said());
                TimeUnit.MILLISECONDS.sleep(100);
            }
            watching.interrupt();
            assertEquals(128 + 15, watching.end(), watching.said());
            assertEquals(List.of(), watching.rows());
            assertEquals(List.of(".owner"), names(small));
            assertTrue(Qemu.runs(guest.qmp()));
        } finally {
            assertEquals(0, run("umount", "-l", small.toString()));
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    @Order(8)
    void whenTheGuestIsGoneItEnds() throws IOException, InterruptedException {
        Watching watching =
                Watching.start(folder, home(), guest.qmp(), "--every", "1s", "--keep", "1");
        while (watching.rows().isEmpty() && watching.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Qemu.execute(guest.qmp(), "quit");
        assertEquals(2, watching.end(), watching.said());
        String last = watching.said().lines().toList().getLast();
        assertTrue(last.startsWith("tablewalk: the guest is gone, after "), watching.said());
        List<Long> numbers = series().moments().stream().map(Moment::number).toList();
        assertEquals(LongStream.rangeClosed(1, numbers.size()).boxed().toList(), numbers);
        assertNull(
                series().moments().stream()
                        .filter(m -> !m.unanswered().isEmpty())
                        .findAny()
                        .orElse(null));
        assertFalse(Files.exists(home().resolve("series/guest/image.elf")));

        Cli again =
                Cli.run(
                        "watch",
                        "--qmp",
                        guest.qmp().toString(),
                        "--every",
                        "1s",
                        "--as",
                        "guest",
                        "--home",
                        home().toString());
        assertEquals(2, again.exitCode(), again::toString);
        assertEquals(1, again.err().lines().count(), again::toString);
    }
}
