package dev.tablewalk.cypher.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Walks of sound trees, and of what damage makes of them. */
class TreeWalkTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private record Seen(int table, long moved) {}

    private static boolean walk(TreeWalk walk, int root, List<Seen> seen) {
        return assertTimeoutPreemptively(
                SOON, () -> walk.walk(root, (table, moved) -> seen.add(new Seen(table, moved))));
    }

    @Test
    void aTreeThatSharesATableShowsItWhereverItLies() {
        Guests guest = Guests.guest();
        int one = guest.table(0);
        int other = guest.table(0);
        int shared = guest.table(0x4000_0000L);
        int below = guest.table(0x4020_0000L);
        guest.entry(one, shared, 1, 0x4000_0000L)
                .entry(other, shared, 2, 0x8000_0000L)
                .entry(other, shared, 3, 0xc000_0000L)
                .entry(shared, below, 1, 0x4020_0000L);
        TreeWalk walk = new TreeWalk(guest.side());
        List<Seen> seen = new ArrayList<>();
        assertTrue(walk(walk, one, seen));
        assertEquals(List.of(new Seen(one, 0), new Seen(shared, 0), new Seen(below, 0)), seen);
        seen.clear();
        assertTrue(walk(walk, other, seen));
        assertEquals(
                List.of(
                        new Seen(other, 0),
                        new Seen(shared, 0x4000_0000L),
                        new Seen(below, 0x4000_0000L),
                        new Seen(shared, 0x8000_0000L),
                        new Seen(below, 0x8000_0000L)),
                seen);
    }

    @Test
    void aCycleEnds() {
        Guests guest = Guests.guest();
        int root = guest.table(0);
        int below = guest.table(0);
        guest.entry(root, below, 0, 0).entry(below, root, 0, 0);
        List<Seen> seen = new ArrayList<>();
        walk(new TreeWalk(guest.side()), root, seen);
        assertTrue(seen.size() <= 8, () -> "deeper than any tree: " + seen);
    }

    /** A table whose every entry leads back to it is as many paths as entries to the 8th power. */
    private static Guests knotted(int[] root) {
        Guests guest = Guests.guest();
        root[0] = guest.table(0);
        for (int i = 0; i < 512; i++) {
            guest.entry(root[0], root[0], i, (long) i << 30);
        }
        return guest;
    }

    @Test
    void tablesThatRepeatWithoutEndAreGivenUp() {
        int[] root = new int[1];
        TreeWalk walk = new TreeWalk(knotted(root).side());
        List<Seen> seen = new ArrayList<>();
        assertFalse(walk(walk, root[0], seen));
        assertTrue(seen.size() < 10_000, "given up late");
        int first = seen.size();
        seen.clear();
        assertFalse(walk(walk, root[0], seen), "each walk counts anew");
        assertEquals(first, seen.size());
    }

    @Test
    void whatAGivenUpTreeMapsIsNotWhole() {
        int[] root = new int[1];
        Side side = knotted(root).side();
        Run.Mapped mapped =
                assertTimeoutPreemptively(
                        SOON,
                        () ->
                                Run.of(
                                        side,
                                        new TreeWalk(side),
                                        root[0],
                                        LongUnaryOperator.identity()));
        assertFalse(mapped.whole());
    }
}
