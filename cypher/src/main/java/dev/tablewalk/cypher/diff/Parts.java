package dev.tablewalk.cypher.diff;

import java.util.Arrays;

/**
 * Two partitions of one line, cut into their coarsest common one: wherever a range of either begins
 * or ends. A part lies in at most one range of each.
 */
final class Parts {
    private static final int NONE = -1;

    private final long[] starts;
    private final long[] ends;
    private final int[] before;
    private final int[] after;
    private final int count;

    /**
     * Cuts.
     *
     * @param before ranges by ascending start, that do not overlap
     */
    Parts(Ranges before, Ranges after) {
        int most = 2 * (before.count() + after.count()) + 1;
        long[] edges = new long[most];
        int n = 0;
        for (Ranges each : new Ranges[] {before, after}) {
            for (int i = 0; i < each.count(); i++) {
                edges[n++] = each.starts[i];
                edges[n++] = each.ends[i];
            }
        }
        edges = Arrays.stream(edges, 0, n).sorted().distinct().toArray();
        starts = new long[edges.length];
        ends = new long[edges.length];
        this.before = new int[edges.length];
        this.after = new int[edges.length];
        int parts = 0;
        for (int i = 0; i + 1 < edges.length; i++) {
            int one = before.with(edges[i]);
            int other = after.with(edges[i]);
            if (one != NONE || other != NONE) {
                starts[parts] = edges[i];
                ends[parts] = edges[i + 1];
                this.before[parts] = one;
                this.after[parts++] = other;
            }
        }
        count = parts;
    }

    /** Ranges by ascending start that do not overlap. */
    static final class Ranges {
        private final long[] starts;
        private final long[] ends;
        private final int[] numbers;

        /**
         * Ranges, and the numbers of their nodes.
         *
         * @param ends behind their last points
         */
        Ranges(long[] starts, long[] ends, int[] numbers) {
            this.starts = starts;
            this.ends = ends;
            this.numbers = numbers;
        }

        int count() {
            return starts.length;
        }

        /** The number of a range's node. */
        int number(int place) {
            return numbers[place];
        }

        /** The place of the range that holds a point; -1 if none does. */
        int with(long point) {
            int at = Arrays.binarySearch(starts, point);
            int i = at >= 0 ? at : -at - 2;
            return i >= 0 && point < ends[i] ? i : NONE;
        }
    }

    int count() {
        return count;
    }

    long start(int part) {
        return starts[part];
    }

    long end(int part) {
        return ends[part];
    }

    /** Place of the range of before that a part lies in; -1 if it lies in none. */
    int before(int part) {
        return before[part];
    }

    /** Place of the range of after that a part lies in; -1 if it lies in none. */
    int after(int part) {
        return after[part];
    }

    /** The part that holds a point; -1 if none does. */
    int with(long point) {
        int at = Arrays.binarySearch(starts, 0, count, point);
        int i = at >= 0 ? at : -at - 2;
        return i >= 0 && point < ends[i] ? i : NONE;
    }
}
