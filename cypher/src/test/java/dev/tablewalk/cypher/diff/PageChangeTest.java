package dev.tablewalk.cypher.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tablewalk.cypher.diff.PageChange.Kind;
import dev.tablewalk.graph.LeafAttributes;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every kind of change of a page. */
class PageChangeTest {
    private static final int FLAGS = 9;
    private static final Target SLOT = new Target.Slots(0, 7, 4096);
    private static final Target FRAME = frame(0x4000, 4096, 0, "normal");

    /** Attributes by the order of the record, one bit each. */
    private static Target frame(long pa, long size, int flags, String memory) {
        boolean[] is = new boolean[FLAGS];
        for (int i = 0; i < FLAGS; i++) {
            is[i] = (flags >> i & 1) != 0;
        }
        return new Target.Frames(
                pa,
                size,
                new LeafAttributes(
                        is[0], is[1], is[2], is[3], is[4], is[5], is[6], is[7], is[8], memory));
    }

    private static final Set<Kind> SEEN = EnumSet.noneOf(Kind.class);

    /** There and back. */
    private static void assertKinds(
            Kind forth, Kind back, @Nullable Target before, @Nullable Target after) {
        assertEquals(forth, PageChange.kind(before, after));
        assertEquals(back, PageChange.kind(after, before));
        SEEN.add(forth);
        SEEN.add(back);
    }

    @Test
    void eachHasItsKind() {
        SEEN.clear();
        assertKinds(Kind.MAPPED, Kind.UNMAPPED, null, FRAME);
        assertKinds(Kind.SWAP_ADDED, Kind.SWAP_REMOVED, null, SLOT);
        assertKinds(Kind.SWAPPED_OUT, Kind.SWAPPED_IN, FRAME, SLOT);
        Target otherArea = new Target.Slots(1, 7, 4096);
        assertKinds(Kind.SWAP_MOVED, Kind.SWAP_MOVED, SLOT, otherArea);
        assertKinds(Kind.SWAP_MOVED, Kind.SWAP_MOVED, SLOT, SLOT.plus(4096));
        Target mark = new Target.Slots(31, 4, 4096, false);
        assertKinds(Kind.MARKED, Kind.UNMARKED, null, mark);
        assertKinds(Kind.MARKED, Kind.MARKED, mark, new Target.Slots(31, 1, 4096, false));
        assertKinds(Kind.UNMAPPED, Kind.MAPPED, FRAME, mark);
        assertKinds(Kind.SWAP_REMOVED, Kind.SWAP_ADDED, SLOT, mark);
        assertKinds(Kind.MOVED, Kind.MOVED, FRAME, FRAME.plus(4096));
        for (int right = 0; right < 5; right++) {
            Target with = frame(0x4000, 4096, 1 << right, "normal");
            assertKinds(Kind.REPROTECTED, Kind.REPROTECTED, FRAME, with);
        }
        Target device = frame(0x4000, 4096, 0, "device");
        assertKinds(Kind.REPROTECTED, Kind.REPROTECTED, FRAME, device);
        for (int bit = 5; bit < 8; bit++) {
            Target with = frame(0x4000, 4096, 1 << bit, "normal");
            assertKinds(Kind.TOUCHED, Kind.TOUCHED, FRAME, with);
        }
        Target contiguous = frame(0x4000, 4096, 1 << 8, "normal");
        assertKinds(Kind.RESIZED, Kind.RESIZED, FRAME, contiguous);
        Target large = frame(0x4000, 0x20_0000, 0, "normal");
        assertKinds(Kind.RESIZED, Kind.RESIZED, FRAME, large);
        // What was written is seen by its content and not by where it leads.
        assertEquals(EnumSet.complementOf(EnumSet.of(Kind.WRITTEN)), SEEN);
    }

    @Test
    void whatIsAlikeHasNone() {
        assertNull(PageChange.kind(null, null));
        assertNull(PageChange.kind(FRAME, frame(0x4000, 4096, 0, "normal")));
        assertNull(PageChange.kind(SLOT, new Target.Slots(0, 7, 4096)));
    }

    @Test
    void theFirstThatFitsCounts() {
        Target allDiffers = frame(0x8000, 0x20_0000, 0x1ff, "device");
        assertKinds(Kind.MOVED, Kind.MOVED, FRAME, allDiffers);
        Target allButPlace = frame(0x4000, 0x20_0000, 0x1ff, "device");
        assertKinds(Kind.REPROTECTED, Kind.REPROTECTED, FRAME, allButPlace);
        Target sizeAndMarks = frame(0x4000, 0x20_0000, 0xe0, "normal");
        assertKinds(Kind.RESIZED, Kind.RESIZED, FRAME, sizeAndMarks);
    }
}
