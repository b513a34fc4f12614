package dev.tablewalk.cypher.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two lists side by side, held against a look at every byte. */
class SegmentsTest {
    private static final int BYTES = 200;

    private record Piece(String name, long va, long end) implements Segments.Stretch {}

    private record Segment(long va, long end, @Nullable String before, @Nullable String after) {}

    private static List<Segment> visit(List<Piece> before, List<Piece> after) {
        List<Segment> segments = new ArrayList<>();
        Segments.visit(
                before,
                after,
                (va, end, one, other) ->
                        segments.add(
                                new Segment(
                                        va,
                                        end,
                                        one == null ? null : one.name,
                                        other == null ? null : other.name)));
        return segments;
    }

    /** The last of the bytes is the last of all addresses: what ends there ends at 0. */
    private static long address(boolean kernel, int offset) {
        return kernel ? offset - (long) BYTES : 0x1000L + offset;
    }

    private static List<Piece> pieces(Random random, boolean kernel, boolean overlapping) {
        List<Piece> pieces = new ArrayList<>();
        int at = random.nextInt(20);
        for (int i = 0; at < BYTES; i++) {
            int end = Math.min(BYTES, at + 1 + random.nextInt(30));
            pieces.add(new Piece("p" + i, address(kernel, at), address(kernel, end)));
            int gap = random.nextBoolean() ? 0 : random.nextInt(20);
            at = overlapping && random.nextInt(3) == 0 ? at + random.nextInt(end - at) : end + gap;
        }
        return pieces;
    }

    /** What the list has first among those that hold a byte. */
    private static @Nullable String at(List<Piece> pieces, long va) {
        for (Piece each : pieces) {
            if (va - each.va >= 0 && va - each.end < 0) {
                return each.name;
            }
        }
        return null;
    }

    private static void holdsAgainstEveryByte(long seed, boolean kernel, boolean overlapping) {
        Random random = new Random(seed);
        List<Piece> before = pieces(random, kernel, overlapping);
        List<Piece> after = pieces(random, kernel, overlapping);
        List<Segment> segments = visit(before, after);
        long behind = Long.MIN_VALUE;
        for (Segment each : segments) {
            assertTrue(each.va >= behind && each.end > each.va, () -> segments.toString());
            behind = each.end;
        }
        int next = 0;
        for (int offset = 0; offset < BYTES; offset++) {
            long va = address(kernel, offset);
            String one = at(before, va);
            String other = at(after, va);
            while (next < segments.size() && segments.get(next).end <= va) {
                next++;
            }
            Segment in = next < segments.size() ? segments.get(next) : null;
            boolean covered = in != null && in.va <= va;
            assertEquals(one, covered && in != null ? in.before : null, segments::toString);
            assertEquals(other, covered && in != null ? in.after : null, segments::toString);
            assertEquals(one != null || other != null, covered, segments::toString);
        }
        assertTrue(segments.size() <= 2 * (before.size() + after.size()), "more steps than ends");
    }

    @Property(tries = 400)
    void eachByteIsInOneSegmentThatSaysWhatBothHave(@ForAll long seed, @ForAll boolean kernel) {
        holdsAgainstEveryByte(seed, kernel, false);
    }

    @Property(tries = 400)
    void whereDamageMakesThemOverlapTheFirstCounts(@ForAll long seed, @ForAll boolean kernel) {
        holdsAgainstEveryByte(seed, kernel, true);
    }

    @Property(tries = 100)
    void oneListAgainstNothingIsThatList(@ForAll @IntRange(max = 1000) int seed) {
        List<Piece> pieces = pieces(new Random(seed), true, false);
        List<Segment> removed =
                pieces.stream()
                        .map(each -> new Segment(each.va, each.end, each.name, null))
                        .toList();
        assertEquals(removed, visit(pieces, List.of()));
        assertEquals(pieces.size(), visit(List.of(), pieces).size());
    }

    @Test
    void bothHalvesAreOneLine() {
        List<Piece> both =
                List.of(new Piece("kernel", -4096, 0), new Piece("user", 0, Long.MAX_VALUE));
        assertEquals(
                List.of(
                        new Segment(-4096, -1, "kernel", null),
                        new Segment(-1, 0, "kernel", "last"),
                        new Segment(0, Long.MAX_VALUE, "user", null)),
                visit(both, List.of(new Piece("last", -1, 0))));
        assertEquals(List.of(), visit(List.of(), List.of()));
    }

    /** As a damaged VMA may say of itself. */
    @Test
    void whatEndsWhereItBeginsOrBeforeIsNowhere() {
        List<Piece> odd =
                List.of(
                        new Piece("backwards", 50, 20),
                        new Piece("empty", 60, 60),
                        new Piece("sound", 70, 80));
        assertEquals(List.of(new Segment(70, 80, "sound", null)), visit(odd, List.of()));
        List<Piece> whole = List.of(new Piece("whole", 0, 100));
        List<Segment> segments = visit(odd, whole);
        assertEquals(100, segments.stream().mapToLong(each -> each.end - each.va).sum());
        for (Segment each : segments) {
            assertEquals("whole", each.after);
            assertNotEquals("backwards", each.before);
        }
    }
}
