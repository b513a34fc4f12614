package dev.tablewalk.cypher.diff;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes over two lists of stretches of addresses side by side. Stretches of one list are by address
 * and do not overlap; where damage makes them, what the list has first counts. One that ends where
 * it begins, or before, as a damaged VMA may, is nowhere.
 */
final class Segments {
    private Segments() {}

    /** A stretch of addresses. */
    interface Stretch {
        /** Address of the first byte. */
        long va();

        /** Address behind the last byte. */
        long end();
    }

    /** Hears of each stretch of addresses throughout which both lists have the same to say. */
    interface Visitor<T extends Stretch> {
        /**
         * A stretch.
         *
         * @param before what the one list has there; null if nothing
         * @param after what the other has; null if nothing
         */
        void segment(long va, long end, @Nullable T before, @Nullable T after);
    }

    /**
     * Shows all that either list covers, by address as a signed number: so the last byte of the
     * kernel's half has an end, 0. Costs a step for each end of a stretch.
     */
    static <T extends Stretch> void visit(
            List<? extends T> before, List<? extends T> after, Visitor<T> visitor) {
        int i = 0;
        int j = 0;
        long at = Long.MIN_VALUE;
        while (true) {
            // What ends here or before is done with.
            while (i < before.size() && isBehind(before.get(i), at)) {
                i++;
            }
            while (j < after.size() && isBehind(after.get(j), at)) {
                j++;
            }
            T one = i < before.size() ? before.get(i) : null;
            T other = j < after.size() ? after.get(j) : null;
            if (one == null && other == null) {
                return;
            }
            at = Math.max(at, Math.min(start(one), start(other)));
            T inOne = one != null && one.va() <= at ? one : null;
            T inOther = other != null && other.va() <= at ? other : null;
            long end =
                    Math.min(
                            inOne == null ? start(one) : inOne.end(),
                            inOther == null ? start(other) : inOther.end());
            visitor.segment(at, end, inOne, inOther);
            at = end;
        }
    }

    private static boolean isBehind(Stretch stretch, long at) {
        return stretch.end() <= at || stretch.end() <= stretch.va();
    }

    private static long start(@Nullable Stretch stretch) {
        return stretch == null ? Long.MAX_VALUE : stretch.va();
    }
}
