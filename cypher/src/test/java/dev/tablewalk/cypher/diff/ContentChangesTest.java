package dev.tablewalk.cypher.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.FrameHashes.Run;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Contents that changed, held against a look at every frame. */
class ContentChangesTest {
    private static final int SHIFT = 12;
    private static final int FRAMES = 60;

    /** Two runs of RAM with a hole, whose bounds are the seed's. */
    private static FrameHashes hashes(Random layout, Random content) {
        int first = layout.nextInt(5);
        int pages = 5 + layout.nextInt(20);
        int second = first + pages + 1 + layout.nextInt(6);
        int more = 5 + layout.nextInt(20);
        long[] hashes = new long[pages + more];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = content.nextInt(2);
        }
        return new FrameHashes(
                SHIFT,
                List.of(
                        new Run((long) first << SHIFT, pages, 0),
                        new Run((long) second << SHIFT, more, pages)),
                hashes);
    }

    @Property(tries = 300)
    void eachFrameThatBothKnowAndThatDiffersIsShownOnce(
            @ForAll long seed, @ForAll boolean sameLayout) {
        Random random = new Random(seed);
        FrameHashes before = hashes(new Random(seed), random);
        FrameHashes after = hashes(new Random(sameLayout ? seed : ~seed), random);
        ContentChanges changes = ContentChanges.of(before, after);
        assertNotNull(changes);
        int from = random.nextInt(FRAMES);
        int count = random.nextInt(FRAMES);
        BitSet wanted = new BitSet();
        for (int i = 0; i < count; i++) {
            long pa = (long) (from + i) << SHIFT;
            int was = before.index(pa);
            int is = after.index(pa);
            wanted.set(i, was >= 0 && is >= 0 && before.hash(was) != after.hash(is));
        }
        BitSet found = new BitSet();
        changes.visit(
                (long) from << SHIFT,
                (long) count << SHIFT,
                (offset, bytes) -> {
                    int first = (int) (offset >> SHIFT);
                    int end = first + (int) (bytes >> SHIFT);
                    assertEquals(0, found.get(first, end).cardinality(), "shown twice");
                    found.set(first, end);
                });
        assertEquals(wanted, found);
        assertEquals(
                wanted.cardinality(), changes.pages((long) from << SHIFT, (long) count << SHIFT));
    }

    @Test
    void whereOneSideKnowsNoneNothingIsTold() {
        FrameHashes some = new FrameHashes(12, List.of(new Run(0, 1, 0)), new long[1]);
        FrameHashes larger = new FrameHashes(14, List.of(new Run(0, 1, 0)), new long[1]);
        assertNull(ContentChanges.of(null, some));
        assertNull(ContentChanges.of(some, null));
        assertNull(ContentChanges.of(some, larger));
        assertNotNull(ContentChanges.of(some, some));
    }
}
