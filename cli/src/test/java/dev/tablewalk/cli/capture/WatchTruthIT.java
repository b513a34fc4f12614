package dev.tablewalk.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest that runs, watched, killed and watched on: three of its moments are held against truths
 * that were taken in it while it stood as it stood then. Between moments its console is asked.
 *
 * <p>{@code -Dtablewalk.watch.moments=30 -Dtablewalk.watch.every=10s} makes it a long one; with
 * {@code -Dtablewalk.watch.home=FOLDER} the series stays, in a store home that must be new.
 */
@NeedsLabGuest("arm64-6.1")
class WatchTruthIT {
    private static final int MOMENTS = Integer.getInteger("tablewalk.watch.moments", 12);
    private static final String EVERY = System.getProperty("tablewalk.watch.every", "5s");

    /** For an answer on the console, which waits while the guest stands still. */
    private static final int SECONDS_TO_ANSWER = 10;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RunningGuest guest;

    private final Map<String, Long> added = new LinkedHashMap<>();
    private final Map<Integer, String> verified = new LinkedHashMap<>();
    private final List<Long> answered = new ArrayList<>();
    private int truths = 1;

    @BeforeAll
    static void boot() throws IOException {
        Path script = Path.of("src/test/watched/boot").toAbsolutePath();
        guest = RunningGuest.boot("arm64-6.1", folder.resolve("g"), script).awaitReady();
    }

    @AfterAll
    static void end() throws IOException {
        guest.close();
    }

    private static Path home() {
        String kept = System.getProperty("tablewalk.watch.home");
        return kept == null ? folder.resolve("home") : Path.of(kept);
    }

    private static Series series() {
        return Series.of(StoreHome.at(home()), "guest");
    }

    private static Watching watch(int moments) throws IOException {
        return Watching.start(
                folder,
                home(),
                guest.qmp(),
                "--every",
                EVERY,
                "--moments",
                String.valueOf(moments));
    }

    @Test
    void momentsAreWhatTheGuestSaidWhileItIsWatched() throws IOException, InterruptedException {
        int half = MOMENTS / 2;
        Watching first = watch(MOMENTS);
        awaitTaken(first, 1);
        verify(first, 1);
        ask();
        proceed();
        verify(first, first.rows().size() + 1);
        while (first.rows().size() < half) {
            awaitTaken(first, first.rows().size() + 1);
            ask();
        }
        first.kill();
        note(first);
        int taken = series().moments().size();

        Watching second = watch(MOMENTS - taken);
        while (second.rows().size() < MOMENTS - taken - 1) {
            if (truths == 2 && second.rows().size() == 1) {
                ask();
                proceed();
                verify(second, second.rows().size() + 1);
            } else {
                awaitTaken(second, second.rows().size() + 1);
                ask();
            }
        }
        assertEquals(0, second.end(), second.said());
        note(second);

        List<Moment> moments = series().moments();
        assertEquals(
                LongStream.rangeClosed(1, MOMENTS).boxed().toList(),
                moments.stream().map(Moment::number).toList());
        assertEquals(3, verified.size());
        assertTrue(Qemu.runs(guest.qmp()));
        print(moments);
    }

    /** What it says of its moments, since it ends before all is added up. */
    private void note(Watching watching) throws IOException {
        for (JsonNode row : watching.rows()) {
            added.put(row.path("name").asText(), row.path("added_bytes").asLong());
        }
    }

    private static void awaitTaken(Watching watching, int rows)
            throws IOException, InterruptedException {
        while (watching.rows().size() < rows) {
            assertTrue(watching.isAlive() || watching.rows().size() >= rows, watching.said());
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /**
     * Lets much change in the guest, until it has taken its next truth and stands as it is then.
     */
    private void proceed() throws IOException, InterruptedException {
        guest.proceed();
        truths++;
        assertTrue(guest.says("GUEST-READY-" + truths, 180), "the guest does not come on");
    }

    /** Asks the guest on its console, and notes how long it took to answer, in ms. */
    private void ask() throws IOException, InterruptedException {
        int number = answered.size() + 1;
        long begin = System.nanoTime();
        guest.type("ask " + number);
        assertTrue(guest.says("GUEST-ANSWERS-" + number + "\r", SECONDS_TO_ANSWER), "no answer");
        answered.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    /**
     * Holds a moment against the newest truth. The one that is under way may have begun before that
     * truth was taken: the next has not, and nothing moves until the guest is asked something.
     */
    private void verify(Watching watching, int row) throws IOException, InterruptedException {
        int at = verified.isEmpty() ? row : row + 1;
        awaitTaken(watching, at);
        String name = watching.rows().get(at - 1).path("name").asText();
        Path truth = folder.resolve("truth-" + truths);
        Files.writeString(truth, truth(), StandardCharsets.ISO_8859_1);
        Watching verify =
                Watching.start(
                        folder,
                        List.of(
                                "verify",
                                name,
                                "--truth",
                                truth.toString(),
                                "--home",
                                home().toString()));
        assertEquals(0, verify.end(), () -> name + " differs from truth " + truths);
        verified.put(truths, name + "\n" + verify.printed());
    }

    /** A truth ends at its END; after it lies what the disk held before. */
    private static String truth() throws IOException {
        Path disk = folder.resolve("g/truth.img");
        StringBuilder truth = new StringBuilder();
        try (var lines = Files.newBufferedReader(disk, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                truth.append(line).append('\n');
                if (line.equals("END")) {
                    return truth.toString();
                }
            }
        }
        throw new AssertionError("the truth is torn");
    }

    private void print(List<Moment> moments) throws IOException {
        StringBuilder table = new StringBuilder("moment  standstill ms  changes bytes  disk +\n");
        for (Moment moment : moments) {
            String name = series().name(moment.number());
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%6d %14.1f %14d %12s%n",
                            moment.number(),
                            moment.times().standstill(),
                            moment.changesBytes(),
                            added.getOrDefault(name, 0L)));
        }
        table.append("the series takes ").append(series().bytes()).append(" bytes\n");
        table.append("answers on the console, ms: ").append(answered).append('\n');
        verified.forEach(
                (truth, said) -> table.append("truth ").append(truth).append(": ").append(said));
        System.out.print(table);
    }
}
