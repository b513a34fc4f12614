package dev.tablewalk.graph;

import java.util.Arrays;
import java.util.List;

/**
 * A hash of the content of each frame of RAM, so that two moments of a guest can be compared page
 * by page without its images.
 *
 * <p>A hash has 64 bits and is not cryptographic: different hashes mean different content; equal
 * hashes mean equal content but for chance, which is one in 2<sup>64</sup> for two frames that
 * nobody made to collide. A guest that wants to can make such frames. Frames of zeroes, holes of
 * the image among them, all have the same hash; a frame that the image does not hold has none.
 * Hashes can be compared between checkpoints of the same page size and the same {@link
 * GraphSchema#VERSION}.
 *
 * <p>Takes 8 bytes a frame.
 */
public final class FrameHashes {
    private final int pageShift;
    private final List<Run> runs;
    private final long[] hashes;
    private final long[] starts;

    /**
     * A run of frames.
     *
     * @param pa physical address of the first
     * @param pages how many
     * @param first where in the array the first's hash stands; those of the others follow it
     */
    public record Run(long pa, int pages, int first) {}

    /**
     * @param pageShift a frame has {@code 1 << pageShift} bytes
     * @param runs disjoint, by ascending address, each beginning in the array where the one before
     *     ends
     * @param hashes one for each frame of the runs; not copied, so the caller must leave it alone
     * @throws IllegalArgumentException if they are not so
     */
    public FrameHashes(int pageShift, List<Run> runs, long[] hashes) {
        this.pageShift = pageShift;
        this.runs = List.copyOf(runs);
        this.hashes = hashes;
        require(pageShift > 0 && pageShift < 31, "page shift", pageShift);
        starts = new long[this.runs.size()];
        long end = 0;
        long count = 0;
        for (int i = 0; i < starts.length; i++) {
            Run run = this.runs.get(i);
            starts[i] = run.pa;
            require(run.pages > 0 && run.first == count, "run", run);
            require(run.pa >= end && (run.pa & (1L << pageShift) - 1) == 0, "run", run);
            end = run.pa + ((long) run.pages << pageShift);
            count += run.pages;
            require(end > 0, "run", run);
        }
        require(count == hashes.length, "number of hashes", hashes.length);
    }

    private static void require(boolean sound, String what, Object value) {
        if (!sound) {
            throw new IllegalArgumentException(what + " " + value);
        }
    }

    /** A frame has {@code 1 << pageShift()} bytes. */
    public int pageShift() {
        return pageShift;
    }

    /** Disjoint, by ascending address; each begins in the array where the one before ends. */
    public List<Run> runs() {
        return runs;
    }

    /** Frames. */
    public int count() {
        return hashes.length;
    }

    /**
     * A frame's hash.
     *
     * @param index the frame's place in the array, from 0 on and below {@link #count()}
     */
    public long hash(int index) {
        return hashes[index];
    }

    /**
     * Place in the array of the frame that holds a byte; -1 if none. Cost: a binary search among
     * the runs.
     *
     * @param pa physical address
     */
    public int index(long pa) {
        int i = Arrays.binarySearch(starts, pa);
        i = i >= 0 ? i : -i - 2;
        if (i < 0) {
            return -1;
        }
        long page = (pa - starts[i]) >>> pageShift;
        return page < runs.get(i).pages ? runs.get(i).first + (int) page : -1;
    }
}
