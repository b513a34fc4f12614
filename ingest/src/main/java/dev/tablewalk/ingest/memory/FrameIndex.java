package dev.tablewalk.ingest.memory;

import java.util.Arrays;
import java.util.List;

/** Numbers the frames of RAM one after the other, so that an array can say something of each. */
public final class FrameIndex {
    private final int pageShift;
    private final long[] starts;
    private final long[] ends;

    /** Row of each run's first frame. */
    private final int[] first;

    private final int count;

    /**
     * @param ranges disjoint, by ascending address; a part of a page at an end is left out
     */
    public FrameIndex(List<PhysicalRange> ranges, int pageShift) {
        this.pageShift = pageShift;
        long page = 1L << pageShift;
        List<PhysicalRange> whole =
                ranges.stream()
                        .map(
                                range -> {
                                    long start = (range.pa() + page - 1) & -page;
                                    return new PhysicalRange(start, (range.end() & -page) - start);
                                })
                        .filter(range -> range.size() > 0)
                        .toList();
        starts = whole.stream().mapToLong(PhysicalRange::pa).toArray();
        ends = whole.stream().mapToLong(PhysicalRange::end).toArray();
        first = new int[starts.length];
        long total = 0;
        for (int i = 0; i < starts.length; i++) {
            first[i] = Math.toIntExact(total);
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
        int i;
        if (starts.length == 1) { // as most machines have it
            i = pa >= starts[0] ? 0 : -1;
        } else {
            i = Arrays.binarySearch(starts, pa);
            i = i >= 0 ? i : -i - 2;
        }
        return i >= 0 && pa < ends[i] ? first[i] + (int) ((pa - starts[i]) >>> pageShift) : -1;
    }

    private int run(int row) {
        int i = Arrays.binarySearch(first, row);
        return i >= 0 ? i : -i - 2;
    }

    /** Physical address of a frame's first byte. */
    public long pa(int row) {
        int i = first.length == 1 ? 0 : run(row);
        return starts[i] + ((long) (row - first[i]) << pageShift);
    }

    /** The row behind the last of the run of RAM that this one is part of. */
    public int endOfRun(int row) {
        int next = run(row) + 1;
        return next < first.length ? first[next] : count;
    }
}
