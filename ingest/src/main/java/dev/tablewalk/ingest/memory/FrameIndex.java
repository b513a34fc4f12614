package dev.tablewalk.ingest.memory;

import java.util.List;

/** Numbers the frames of RAM one after the other, so that an array can say something of each. */
public final class FrameIndex {
    private final int pageShift;
    private final long[] starts;
    private final long[] ends;
    private final int[] first;
    private final int count;

    /**
     * @param ranges disjoint, by ascending address; a part of a page at an end is left out
     */
    public FrameIndex(List<RamRange> ranges, int pageShift) {
        this.pageShift = pageShift;
        starts = new long[ranges.size()];
        ends = new long[starts.length];
        first = new int[starts.length];
        long total = 0;
        for (int i = 0; i < starts.length; i++) {
            RamRange range = ranges.get(i);
            long page = 1L << pageShift;
            starts[i] = (range.pa() + page - 1) & -page;
            ends[i] = Math.max(starts[i], range.end() & -page);
            first[i] = (int) total;
            total += (ends[i] - starts[i]) >>> pageShift;
        }
        count = Math.toIntExact(total);
    }

    /** Frames. */
    public int count() {
        return count;
    }

    public int pageShift() {
        return pageShift;
    }

    /** The row of the frame that holds this byte, or -1 if it is not RAM. */
    public int row(long pa) {
        for (int i = 0; i < starts.length; i++) {
            if (pa >= starts[i] && pa < ends[i]) {
                return first[i] + (int) ((pa - starts[i]) >>> pageShift);
            }
        }
        return -1;
    }

    /** Physical address of a frame's first byte. */
    public long pa(int row) {
        int i = starts.length - 1;
        while (i > 0 && row < first[i]) {
            i--;
        }
        return starts[i] + ((long) (row - first[i]) << pageShift);
    }

    /** The row behind the last of the run of RAM that this one is part of. */
    public int endOfRun(int row) {
        for (int i = 1; i < first.length; i++) {
            if (row < first[i]) {
                return first[i];
            }
        }
        return count;
    }
}
