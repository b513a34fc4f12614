package dev.tablewalk.graph;

import java.util.List;

/** Placeholder until merged. */
public final class FrameHashes {
    /** Run. */
    public record Run(long pa, int pages, int first) {}

    private final int pageShift;
    private final List<Run> runs;
    private final long[] hashes;

    /** Make. */
    public FrameHashes(int pageShift, List<Run> runs, long[] hashes) {
        this.pageShift = pageShift;
        this.runs = List.copyOf(runs);
        this.hashes = hashes.clone();
    }

    public int pageShift() {
        return pageShift;
    }

    public List<Run> runs() {
        return runs;
    }

    public int count() {
        return hashes.length;
    }

    public long hash(int index) {
        return hashes[index];
    }

    /** Index. */
    public int index(long pa) {
        for (Run run : runs) {
            long page = (pa - run.pa()) >> pageShift;
            if (pa >= run.pa() && page < run.pages()) {
                return run.first() + (int) page;
            }
        }
        return -1;
    }
}
