package dev.tablewalk.cypher.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the files of a series. Its checkpoints are folders with nothing in them. */
class SeriesTest {
    private static final String HOSTILE = "</script>\n../../etc \"\\\u001b[2J";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Series series;

    @BeforeEach
    void begin() {
        series = Series.of(StoreHome.at(dir), "guest");
    }

    private static Moment moment(long number, Map<String, Long> violations, String... unanswered) {
        return new Moment(
                number,
                Instant.parse("2026-11-30T10:00:00.123Z"),
                HOSTILE,
                new Moment.Times(1.5, 2, 3, 4, 5),
                24_000_000,
                1000,
                Map.of("Task", 7L),
                Map.of("POINTS_TO", 8L),
                Map.of("tasks", 9L),
                Map.of(HOSTILE, 1L),
                violations,
                List.of(unanswered));
    }

    private Path file(String name) {
        return dir.resolve("series/guest").resolve(name);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("series/guest"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** One as it is when it is whole. */
    private long take(SeriesWriter writer) throws IOException {
        long number = writer.begin(true);
        Files.writeString(writer.image(), "RAM");
        writer.captured(number);
        Files.createDirectory(dir.resolve(series.name(number)));
        writer.dropImage();
        Files.writeString(series.changes(number), "changes");
        writer.finish(moment(number, Map.of()));
        return number;
    }

    private static String refusal(Runnable action) {
        String message = String.valueOf(assertThrows(UserError.class, action::run).getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            assertNull(writer.last());
            assertEquals(1, take(writer));
            assertEquals(2, take(writer));
        }
        List<Moment> all = series.moments();
        assertEquals(List.of(moment(1, Map.of()), moment(2, Map.of())), all);
        assertEquals(2, Files.readAllLines(file(Series.MOMENTS)).size());
        assertEquals("guest-000002", series.name(2));
        assertTrue(series.isWhole(all.getFirst()));
        assertEquals(
                List.of("guest"),
                Series.all(StoreHome.at(dir)).stream().map(Series::prefix).toList());
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            assertEquals(3, take(writer));
        }
        assertEquals(3, series.moments().size());
    }

    @Test
    void aSeriesWithoutMomentsIsNone() throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            writer.begin(true);
        }
        assertFalse(Files.exists(dir.resolve("series")));
        assertEquals(List.of(), Series.all(StoreHome.at(dir)));
        assertEquals(List.of(), series.moments());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"number\":3,\"capt", "\0\0\0\0\n", "{\"number\":3}\n", "{}", "\n"})
    void aTornLastLineNeverWas(String torn) throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            take(writer);
            take(writer);
        }
        byte[] whole = Files.readAllBytes(file(Series.MOMENTS));
        Files.writeString(file(Series.MOMENTS), torn, StandardOpenOption.APPEND);
        assertEquals(2, series.moments().size());
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            assertEquals(
                    new String(whole, StandardCharsets.UTF_8),
                    Files.readString(file(Series.MOMENTS)));
            assertEquals(3, take(writer));
        }
        assertEquals(3, series.moments().size());
    }

    @Test
    void damageInTheMiddleIsSaid() throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            take(writer);
            take(writer);
        }
        List<String> lines = Files.readAllLines(file(Series.MOMENTS));
        Files.write(file(Series.MOMENTS), List.of(lines.getFirst(), "x", lines.getLast()));
        assertTrue(refusal(series::moments).contains("line 2 of "), refusal(series::moments));
        refusal(() -> SeriesWriter.open(series));
        Files.write(
                file(Series.MOMENTS), List.of(lines.getLast(), lines.getFirst(), lines.getLast()));
        refusal(series::moments);
    }

    /** As at any moment at which its process may be killed. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void whatAKilledOneLeftGoes(int until) throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            take(writer);
        }
        List<String> before = files();
        // Written by hand: this process cannot die with the lock.
        Files.writeString(file("under-way"), until == 0 ? "" : until == 1 ? "2\nrunning\n" : "2\n");
        if (until > 0) {
            Files.writeString(file(".image.elf.1f.capture"), "half of RAM");
        }
        if (until > 1) {
            Files.writeString(file("image.elf"), "RAM");
        }
        if (until > 2) {
            Files.createDirectory(dir.resolve("guest-000002"));
        }
        if (until > 3) {
            Files.writeString(series.changes(2), "changes");
        }
        Files.createDirectory(dir.resolve("guest-000003")); // a user's own
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            assertEquals(until == 1, writer.leftStopped());
            assertEquals(before, files());
            assertFalse(Files.exists(dir.resolve("guest-000002")));
            assertEquals(2, take(writer));
            assertEquals(4, take(writer));
        }
        assertTrue(Files.exists(dir.resolve("guest-000003")));
    }

    @Test
    void oneThatIsFinishedStaysThoughItsNoteDoes() throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            take(writer);
        }
        Files.writeString(file("under-way"), "1\n");
        SeriesWriter.open(series).close();
        assertTrue(Files.exists(dir.resolve("guest-000001")));
        assertTrue(Files.exists(series.changes(1)));
        assertFalse(Files.exists(file("under-way")));
    }

    @Test
    void onlyTheFirstAndTheLastStayWhole() throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            for (int i = 0; i < 6; i++) {
                take(writer);
                assertEquals(List.of(), writer.keepWhole(2));
            }
        }
        assertEquals(
                List.of(true, false, false, false, true, true),
                series.moments().stream().map(series::isWhole).toList());
        assertTrue(Files.exists(series.changes(3)));
    }

    @Test
    void removedItIsGone() throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            take(writer);
            take(writer);
        }
        Files.createDirectory(dir.resolve("guest-000003"));
        assertEquals("guest", Series.existing(StoreHome.at(dir), "guest").prefix());
        SeriesWriter.remove(series);
        refusal(() -> Series.existing(StoreHome.at(dir), "guest"));
        try (Stream<Path> left = Files.list(dir)) {
            assertEquals(
                    List.of("guest-000003"),
                    left.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aSecondWriterIsRefusedInALine() throws IOException {
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            take(writer);
            String message = refusal(() -> SeriesWriter.open(series, Duration.ZERO));
            assertTrue(
                    message.startsWith("the series guest is being watched already, by "), message);
            SeriesWriter.open(Series.of(StoreHome.at(dir), "other")).close();
            assertEquals(2, take(writer));
        }
        SeriesWriter.open(series).close();
    }

    @Test
    void cameAndWentAreTold() {
        Moment one = moment(1, Map.of("a", 3L, "b", 1L, "c", 2L), "d");
        Moment other = moment(2, Map.of("a", 5L, "b", 1L, "d", 9L, "e", 1L), "f");
        assertEquals(Map.of("a", 2L, "e", 1L), other.came(one));
        assertEquals(Map.of("c", 2L), other.went(one));
        assertEquals(one.violations(), one.came(null));
        assertEquals(Map.of(), one.went(null));
    }

    @Test
    void namesAreThoseOfCheckpoints() {
        for (String wrong :
                List.of("", "../x", "a/b", ".x", "-x", "queries", "series", "x".repeat(58))) {
            refusal(() -> Series.of(StoreHome.at(dir), wrong));
        }
        Series.of(StoreHome.at(dir), "x".repeat(57));
    }
}
