package dev.tablewalk.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tablewalk.graph.FrameHashes.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameHashesTest {
    private static final FrameHashes TWO_RUNS =
            new FrameHashes(
                    12,
                    List.of(new Run(0x4000_0000L, 2, 0), new Run(0x8000_0000L, 3, 2)),
                    new long[] {10, 11, 12, 13, 14});

    @Test
    void everyByteOfAFrameLeadsToItsHash() {
        assertEquals(5, TWO_RUNS.count());
        for (Run run : TWO_RUNS.runs()) {
            for (int page = 0; page < run.pages(); page++) {
                for (int offset : new int[] {0, 1, 4095}) {
                    int index = TWO_RUNS.index(run.pa() + page * 4096L + offset);
                    assertEquals(run.first() + page, index);
                    assertEquals(10 + index, TWO_RUNS.hash(index));
                }
            }
        }
    }

    @Test
    void whatIsNotRamHasNone() {
        for (long pa :
                new long[] {
                    -1,
                    Long.MIN_VALUE,
                    0,
                    0x3fff_ffffL,
                    0x4000_2000L,
                    0x7fff_ffffL,
                    0x8000_3000L,
                    0x4000_0000L + (1L << 44),
                    Long.MAX_VALUE
                }) {
            assertEquals(-1, TWO_RUNS.index(pa), () -> Hex.of(pa));
        }
        assertEquals(-1, new FrameHashes(12, List.of(), new long[0]).index(0));
    }

    @Test
    void runsAreDisjointAscendingAndOneBehindTheOther() {
        refused(12, 1, new Run(0x1000, 2, 0)); // more than there are hashes
        refused(12, 3, new Run(0x1000, 2, 0)); // fewer
        refused(12, 2, new Run(0x1800, 2, 0));
        refused(12, 2, new Run(-0x1000, 2, 0));
        refused(12, 2, new Run(0x1000, 2, 1));
        refused(12, 0, new Run(0x1000, 0, 0));
        refused(12, 1, new Run(0x1000, -1, 0), new Run(0x2000, 2, -1));
        refused(12, 4, new Run(0x1000, 2, 0), new Run(0x2000, 2, 2)); // overlap
        refused(12, 4, new Run(0x8000, 2, 0), new Run(0x2000, 2, 2));
        refused(12, 2, new Run(Long.MAX_VALUE & -4096, 2, 0));
        refused(0, 1, new Run(0x1000, 1, 0));
        refused(31, 1, new Run(0, 1, 0));
        assertEquals(
                2,
                new FrameHashes(
                                12,
                                List.of(new Run(0x1000, 1, 0), new Run(0x2000, 1, 1)),
                                new long[2])
                        .count());
    }

    private static void refused(int pageShift, int hashes, Run... runs) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new FrameHashes(pageShift, List.of(runs), new long[hashes]));
    }
}
