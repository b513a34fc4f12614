package dev.tablewalk.cypher.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The coarsest common partition, held against a look at every point. */
class PartsTest {
    private static final int POINTS = 120;
    private static final int NONE = -1;

    /** A line of which each point has the place of its range, or none. */
    private static int[] line(Random random, List<long[]> ranges) {
        int[] places = new int[POINTS];
        Arrays.fill(places, NONE);
        int at = random.nextInt(10);
        while (at < POINTS) {
            int end = Math.min(POINTS, at + 1 + random.nextInt(15));
            Arrays.fill(places, at, end, ranges.size());
            ranges.add(new long[] {at, end});
            at = end + (random.nextBoolean() ? 0 : random.nextInt(8));
        }
        return places;
    }

    private static Parts.Ranges ranges(List<long[]> of) {
        return new Parts.Ranges(
                of.stream().mapToLong(each -> each[0]).toArray(),
                of.stream().mapToLong(each -> each[1]).toArray(),
                of.stream().mapToInt(each -> 100 + (int) each[0]).toArray());
    }

    @Property(tries = 500)
    void everyPointIsInThePartOfItsRangesAndNoPartCouldBeLonger(@ForAll long seed) {
        Random random = new Random(seed);
        List<long[]> ones = new ArrayList<>();
        List<long[]> others = new ArrayList<>();
        int[] before = line(random, ones);
        int[] after = line(random, others);
        Parts parts = new Parts(ranges(ones), ranges(others));
        int wanted = 0;
        for (int point = 0; point < POINTS; point++) {
            int part = parts.with(point);
            boolean covered = before[point] != NONE || after[point] != NONE;
            assertEquals(covered, part != NONE);
            if (covered) {
                assertTrue(parts.start(part) <= point && point < parts.end(part));
                assertEquals(before[point], parts.before(part));
                assertEquals(after[point], parts.after(part));
                boolean begins =
                        point == 0
                                || before[point - 1] != before[point]
                                || after[point - 1] != after[point];
                wanted += begins ? 1 : 0;
            }
        }
        assertEquals(wanted, parts.count());
        assertEquals(NONE, parts.with(-1));
        assertEquals(NONE, parts.with(POINTS));
    }

    @Test
    void ofNothingThereAreNone() {
        Parts none = new Parts(ranges(List.of()), ranges(List.of()));
        assertEquals(0, none.count());
        assertEquals(NONE, none.with(0));
    }

    @Test
    void rangesKeepTheNumbersOfTheirNodes() {
        Parts.Ranges ranges = ranges(List.of(new long[] {0, 4}, new long[] {8, 9}));
        assertEquals(2, ranges.count());
        assertEquals(108, ranges.number(ranges.with(8)));
        assertEquals(NONE, ranges.with(4));
        assertEquals(NONE, ranges.with(9));
    }
}
