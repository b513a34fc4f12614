package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * A symbol file that is right gives the graph that the kernel's BTF gives. Whatever numbers stand
 * in one, reading with it ends: with a graph that holds together, or with one line.
 */
class WrongSymbolFileTest {
    private static final Pattern NUMBER = Pattern.compile("\"(offset|size|count)\":(\\d+)");

    @Provide
    Arbitrary<Geometry> geometries() {
        return Arbitraries.of(Geometries.ALL);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void alwaysEnds(
            @ForAll("geometries") Geometry geometry, @ForAll KernelEra era, @ForAll long seed)
            throws IOException {
        Path image = Files.createTempFile("guest", ".raw");
        Path file = Files.createTempFile("kernel", ".json");
        try {
            WrittenGuest guest = RandomGuest.of(geometry, era, seed).write(image);
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                new IsfExport(
                                new ImageSource(List.of(image), Path.of("target"), List.of()),
                                "",
                                "0.1.0")
                        .write(out, Progress.NONE);
            }
            ReadGuest read = read(guest, file);
            assertEquals(ReadGuest.of(guest).tasks(), read.tasks());
            assertEquals(ReadGuest.of(guest).tables(), read.tables());

            Files.writeString(file, spoilt(Files.readString(file), new Random(seed)));
            assertTimeoutPreemptively(
                    Duration.ofMinutes(1),
                    () -> {
                        try {
                            read(guest, file);
                        } catch (UserError e) {
                            assertFalse(String.valueOf(e.getMessage()).contains("\n"));
                        }
                    });
        } finally {
            Files.delete(image);
            Files.delete(file);
        }
    }

    private static ReadGuest read(WrittenGuest guest, Path file) {
        IngestRequest request =
                new IngestRequest(
                        "synthetic",
                        List.of(guest.path()),
                        Path.of("target"),
                        List.of(),
                        false,
                        false,
                        true,
                        false,
                        "test");
        return new ReadGuest(Ingest.read(request.with(file), Progress.NONE));
    }

    /** One number in so many becomes another: a little off, huge, or anything. */
    private static String spoilt(String text, Random random) {
        int rarity = 2 + random.nextInt(200);
        return NUMBER.matcher(text)
                .replaceAll(
                        m -> {
                            long n = Long.parseLong(m.group(2));
                            long other =
                                    switch (random.nextInt(4)) {
                                        case 0 -> n + 8L * (random.nextInt(9) - 4);
                                        case 1 -> (1 << 30) - random.nextInt(64);
                                        case 2 -> random.nextInt(4096);
                                        default -> 0;
                                    };
                            return "\""
                                    + m.group(1)
                                    + "\":"
                                    + (random.nextInt(rarity) == 0 ? Math.max(0, other) : n);
                        });
    }
}
