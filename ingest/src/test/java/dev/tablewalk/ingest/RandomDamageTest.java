package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever is overwritten in what the reader looks at, it ends: with a graph that holds together,
 * or with one line that says what cannot be understood.
 */
class RandomDamageTest {
    @Provide
    Arbitrary<Geometry> geometries() {
        return Arbitraries.of(Geometries.ALL);
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void alwaysEnds(
            @ForAll("geometries") Geometry geometry, @ForAll KernelEra era, @ForAll long seed)
            throws IOException {
        Path image = Files.createTempFile("damaged", ".raw");
        try {
            WrittenGuest guest = RandomGuest.of(geometry, era, seed).write(image);
            Random random = new Random(seed);
            for (int n = random.nextInt(60); n >= 0; n--) {
                overwrite(guest, somewhere(guest, random), random);
            }
            assertTimeoutPreemptively(
                    Duration.ofSeconds(60),
                    () -> {
                        try {
                            ReadGuest.of(guest);
                        } catch (UserError e) {
                            assertEquals(UserError.Kind.IMAGE, e.kind());
                        }
                    });
        } finally {
            Files.delete(image);
        }
    }

    /** A physical address in a table, a task, an mm, a VMA, or the kernel image. */
    private static long somewhere(WrittenGuest guest, Random random) {
        long word = 8L * random.nextInt(40);
        return switch (random.nextInt(5)) {
            case 0 -> any(guest.tables(), random).pa() + word;
            case 1 -> guest.physical(any(guest.tasks(), random).address()) + word;
            case 2 -> guest.physical(any(guest.mms(), random).address()) + word;
            case 3 -> {
                WrittenGuest.Mm mm = any(guest.mms(), random);
                yield guest.physical(any(mm.vmas(), random).address()) + word;
            }
            default -> {
                long text = guest.physical(guest.symbols().getOrDefault("_text", 0L));
                yield text + 8L * random.nextInt(0xc000);
            }
        };
    }

    private static void overwrite(WrittenGuest guest, long pa, Random random) throws IOException {
        Damage damage = new Damage(guest);
        switch (random.nextInt(4)) {
            case 0 -> damage.noise(pa, 8 * (1 + random.nextInt(8)), random);
            case 1 -> damage.putU64(pa, 0);
            case 2 -> damage.putU64(pa, -1L >>> random.nextInt(60));
            default ->
                    damage.putU64(
                            pa, any(guest.tasks(), random).address() + 8L * random.nextInt(30));
        }
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
