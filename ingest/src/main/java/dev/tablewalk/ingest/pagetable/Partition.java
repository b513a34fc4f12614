package dev.tablewalk.ingest.pagetable;

import java.util.Arrays;

/**
 * The coarsest partition of what intervals cover, such that each interval is a union of whole
 * parts: cut wherever an interval begins or ends, and nowhere else. Cost: sorting the ends.
 */
public final class Partition {
    private final long[] starts;
    private final long[] ends;

    private Partition(long[] starts, long[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    /**
     * Cuts.
     *
     * @param from first position of each interval
     * @param to position behind each interval's last
     * @param cuts positions where to cut besides, such as where RAM ends
     */
    public static Partition of(long[] from, long[] to, long[] cuts) {
        long[] begins = from.clone();
        long[] finishes = to.clone();
        Arrays.parallelSort(begins);
        Arrays.parallelSort(finishes);
        long[] extra = cuts.clone();
        Arrays.sort(extra);
        long[] starts = new long[2 * from.length + cuts.length];
        long[] ends = new long[starts.length];
        int parts = 0;
        int b = 0;
        int f = 0;
        int c = 0;
        long open = 0;
        long at = 0;
        while (f < finishes.length) {
            long next = finishes[f];
            if (b < begins.length) {
                next = Math.min(next, begins[b]);
            }
            while (c < extra.length && extra[c] <= at) {
                c++;
            }
            if (c < extra.length) {
                next = Math.min(next, extra[c]);
            }
            if (open > 0 && next > at) {
                starts[parts] = at;
                ends[parts++] = next;
            }
            at = next;
            while (b < begins.length && begins[b] == at) {
                open++;
                b++;
            }
            while (f < finishes.length && finishes[f] == at) {
                open--;
                f++;
            }
        }
        return new Partition(Arrays.copyOf(starts, parts), Arrays.copyOf(ends, parts));
    }

    public int size() {
        return starts.length;
    }

    public long start(int part) {
        return starts[part];
    }

    public long end(int part) {
        return ends[part];
    }

    /** The part that begins where an interval does; the interval's others follow it. */
    public int partAt(long start) {
        int part = Arrays.binarySearch(starts, start);
        if (part < 0) {
            throw new IllegalArgumentException("no interval begins at " + start);
        }
        return part;
    }

    /** The part that holds a position, or -1 if no interval covers it. */
    public int partWith(long position) {
        int at = Arrays.binarySearch(starts, position);
        int part = at >= 0 ? at : -at - 2;
        return part >= 0 && position < ends[part] ? part : -1;
    }

    /** How many parts an interval is made of. */
    public int partsOf(long from, long to) {
        int first = partAt(from);
        int last = Arrays.binarySearch(ends, first, ends.length, to);
        if (last < 0) {
            throw new IllegalArgumentException("no interval ends at " + to);
        }
        return last - first + 1;
    }
}
