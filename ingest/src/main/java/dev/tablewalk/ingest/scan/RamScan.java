package dev.tablewalk.ingest.scan;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One pass over all of RAM that the image holds, by all processors, in place: most frames are known
 * for what they are not by their first words. What was read is given back as it goes.
 */
public final class RamScan {
    /** A word of the guest's. */
    public static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes that one thread reads before it gives them back. */
    private static final long CHUNK = 16L << 20;

    private RamScan() {}

    /** Looks at one frame; called from several threads. */
    public interface FrameVisitor {
        /**
         * Looks at it.
         *
         * @param row of the frame
         * @param pa physical address of the frame
         * @param frame its bytes
         */
        void frame(int row, long pa, MemorySegment frame);
    }

    /** Shows every frame that the image holds to all visitors. Holes are left out. */
    public static void of(
            PhysicalMemory memory,
            FrameIndex index,
            List<? extends FrameVisitor> visitors,
            Progress progress) {
        int frames = (int) (CHUNK >>> index.pageShift());
        int chunks = (index.count() + frames - 1) / frames;
        IntStream.range(0, chunks)
                .parallel()
                .forEach(
                        chunk -> {
                            int from = chunk * frames;
                            int to = Math.min(index.count(), from + frames);
                            for (int row = from; row < to; ) {
                                int end = Math.min(to, index.endOfRun(row));
                                run(memory, index, row, end, visitors);
                                row = end;
                            }
                            synchronized (progress) {
                                progress.advance((long) (to - from) << index.pageShift());
                            }
                        });
    }

    private static void run(
            PhysicalMemory memory,
            FrameIndex index,
            int from,
            int to,
            List<? extends FrameVisitor> visitors) {
        long page = 1L << index.pageShift();
        long start = index.pa(from);
        long length = (to - from) * page;
        @Nullable MemorySegment bytes = memory.inPlace(start, length);
        if (bytes == null || memory.isHole(start, length)) {
            return;
        }
        for (int row = from; row < to; row++) {
            long offset = (row - from) * page;
            if (!memory.isHole(start + offset, page)) {
                MemorySegment frame = bytes.asSlice(offset, page);
                for (FrameVisitor visitor : visitors) {
                    visitor.frame(row, start + offset, frame);
                }
            }
        }
        memory.release(start, length);
    }
}
