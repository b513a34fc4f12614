package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.FrameHashes;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The frames whose content is not what it was. */
final class ContentChanges {
    private final FrameHashes frames;
    private final BitSet changed;

    private ContentChanges(FrameHashes frames, BitSet changed) {
        this.frames = frames;
        this.changed = changed;
    }

    /** Those that both sides know the content of; null if one side does not know any. */
    static @Nullable ContentChanges of(@Nullable FrameHashes before, @Nullable FrameHashes after) {
        if (before == null || after == null || before.pageShift() != after.pageShift()) {
            return null;
        }
        BitSet changed = new BitSet(after.count());
        for (FrameHashes.Run run : after.runs()) {
            for (int i = 0; i < run.pages(); i++) {
                int was = before.index(run.pa() + ((long) i << after.pageShift()));
                if (was >= 0 && before.hash(was) != after.hash(run.first() + i)) {
                    changed.set(run.first() + i);
                }
            }
        }
        return new ContentChanges(after, changed);
    }

    /** Hears of frames that follow one another. */
    interface Visitor {
        /**
         * Frames.
         *
         * @param offset bytes from where was asked for
         */
        void written(long offset, long bytes);
    }

    /** Shows those that changed among the frames from an address on. */
    void visit(long pa, long bytes, Visitor visitor) {
        long page = 1L << frames.pageShift();
        for (long offset = 0; offset < bytes; ) {
            int at = frames.index(pa + offset);
            if (at < 0) {
                offset += page;
                continue;
            }
            int run = runEnd(at);
            int most = (int) Math.min((bytes - offset) / page, run - at);
            for (int from = changed.nextSetBit(at); from >= 0 && from < at + most; ) {
                int to = Math.min(changed.nextClearBit(from), at + most);
                visitor.written(offset + (from - at) * page, (to - from) * page);
                from = changed.nextSetBit(to);
            }
            offset += Math.max(1, most) * page;
        }
    }

    private int runEnd(int index) {
        for (FrameHashes.Run run : frames.runs()) {
            if (index >= run.first() && index < run.first() + run.pages()) {
                return run.first() + run.pages();
            }
        }
        return index + 1;
    }

    /** How many of the frames from an address on changed. */
    long pages(long pa, long bytes) {
        long[] pages = new long[1];
        visit(pa, bytes, (_, length) -> pages[0] += length >>> frames.pageShift());
        return pages[0];
    }
}
