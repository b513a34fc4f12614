package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.ReadGuest.Page;
import dev.tablewalk.ingest.ReadGuest.Target;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Any guest, written and read back, is the same guest. */
class RandomGuestTest {
    @Provide
    Arbitrary<Geometry> geometries() {
        return Arbitraries.of(Geometries.ALL);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void isReadAsItWasWritten(
            @ForAll("geometries") Geometry geometry, @ForAll KernelEra era, @ForAll long seed)
            throws IOException {
        Path image = Files.createTempFile("guest", ".raw");
        try {
            WrittenGuest guest = RandomGuest.of(geometry, era, seed).write(image);
            ReadGuest read = ReadGuest.of(guest);
            assertSame(guest, read);
            assertSameTexts(ReadGuest.tables(guest), read.tables());
            read.anomalyKinds().stream()
                    .filter(kind -> !kind.equals("leaf_outside_ram"))
                    .forEach(kind -> fail("a sound guest has " + kind));
            assertEquals(CoarsestPartition.size(guest), read.all(GraphNode.PageRange.class).size());
        } finally {
            Files.delete(image);
        }
    }

    static void assertSame(WrittenGuest guest, ReadGuest read) {
        assertSameTexts(ReadGuest.tasks(guest), read.tasks());
        assertSameTexts(ReadGuest.family(guest), read.family());
        assertSameTexts(ReadGuest.vmas(guest), read.vmas());
        assertSamePages(guest, read);
        Set<String> swaps = read.swaps();
        assertSameTexts(ReadGuest.swaps(guest, swaps), swaps);
    }

    static void assertSamePages(WrittenGuest guest, ReadGuest read) {
        Map<Page, Target> found = read.pages();
        Map<Page, Target> wanted = ReadGuest.pages(guest, found);
        assertEquals("", differences(wanted, found));
    }

    /** Compares, and shows what is missing and what is too much, and no more. */
    static void assertSameTexts(Set<String> wanted, Set<String> found) {
        TreeSet<String> missing = new TreeSet<>(wanted);
        missing.removeAll(found);
        TreeSet<String> extra = new TreeSet<>(found);
        extra.removeAll(wanted);
        assertEquals(String.join("\n", missing), String.join("\n", extra));
    }

    /** The first few pages that differ; a million lines of text tell nobody anything. */
    private static String differences(Map<Page, Target> wanted, Map<Page, Target> found) {
        StringBuilder text = new StringBuilder();
        int left = 5;
        for (var each : wanted.entrySet()) {
            Target target = found.get(each.getKey());
            if (!each.getValue().equals(target) && left-- > 0) {
                text.append(each).append(" but is ").append(target).append('\n');
            }
        }
        for (var each : found.entrySet()) {
            if (!wanted.containsKey(each.getKey()) && left-- > 0) {
                text.append(each).append(" is too much\n");
            }
        }
        return text.toString();
    }
}
