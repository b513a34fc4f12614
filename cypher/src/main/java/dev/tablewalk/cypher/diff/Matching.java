package dev.tablewalk.cypher.diff;

import java.util.Arrays;

/** Which node of one side is which of the other; each has one counterpart at most. */
final class Matching {
    private static final int NONE = -1;

    private final int[] afterOf;
    private final int[] beforeOf;

    Matching(Side before, Side after) {
        afterOf = new int[before.count()];
        beforeOf = new int[after.count()];
        Arrays.fill(afterOf, NONE);
        Arrays.fill(beforeOf, NONE);
        pair(0, 0); // the checkpoints themselves
    }

    /** Says that two nodes are the same thing, unless one of them is another's counterpart. */
    boolean pair(int before, int after) {
        if (afterOf[before] != NONE || beforeOf[after] != NONE) {
            return false;
        }
        afterOf[before] = after;
        beforeOf[after] = before;
        return true;
    }

    /** The counterpart of a node of before; -1 if it has none. */
    int afterOf(int before) {
        return afterOf[before];
    }

    /** The counterpart of a node of after; -1 if it has none. */
    int beforeOf(int after) {
        return beforeOf[after];
    }
}
