package dev.tablewalk.ingest.scan;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PerThread;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** One pass over all of RAM that the image holds, by all processors. */
public final class RamScan {
    static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bytes that are one task of one thread. */
    private static final long CHUNK = 16L << 20;

    /** Bytes read at once: they stay in a processor's own cache until they are looked at. */
    private static final int READ = 256 << 10;

    private RamScan() {}

    /** Looks at one frame; called from several threads. */
    public interface FrameVisitor {
        /**
         * Looks at it.
         *
         * @param row of the frame
         * @param pa physical address of the frame
         * @param words its content, little-endian; to be read only, and not to be kept
         */
        void frame(int row, long pa, long[] words);
    }

    /**
     * Shows every frame that the image holds to all visitors. Holes are left out, and frames that
     * are damaged in the image.
     */
    public static void of(
            PhysicalMemory memory,
            FrameIndex index,
            List<? extends FrameVisitor> visitors,
            Progress progress) {
        int frames = (int) (CHUNK >>> index.pageShift());
        int chunks = (index.count() + frames - 1) / frames;
        PerThread<Reader> readers = new PerThread<>(() -> new Reader(memory, index, visitors));
        IntStream.range(0, chunks)
                .parallel()
                .forEach(
                        chunk -> {
                            int from = chunk * frames;
                            int to = Math.min(index.count(), from + frames);
                            readers.get().show(from, to);
                            synchronized (progress) {
                                progress.advance((long) (to - from) << index.pageShift());
                            }
                        });
    }

    /** One thread's reading. */
    private static final class Reader {
        private final PhysicalMemory memory;
        private final FrameIndex index;
        private final List<? extends FrameVisitor> visitors;
        private final int page;
        private final ByteBuffer buffer;
        private final MemorySegment bytes;
        private final long[] words;

        Reader(PhysicalMemory memory, FrameIndex index, List<? extends FrameVisitor> visitors) {
            this.memory = memory;
            this.index = index;
            this.visitors = visitors;
            this.page = 1 << index.pageShift();
            this.buffer = ByteBuffer.allocateDirect(Math.max(READ, page));
            this.bytes = MemorySegment.ofBuffer(buffer);
            this.words = new long[page / 8];
        }

        void show(int from, int to) {
            for (int row = from; row < to; ) {
                if (isHole(row)) {
                    row++;
                } else {
                    int end = endOfData(row, Math.min(to, index.endOfRun(row)));
                    read(row, end);
                    row = end;
                }
            }
        }

        private boolean isHole(int row) {
            return memory.isHole(index.pa(row), page);
        }

        /** The row behind the last that is data as well, and fits the buffer. */
        private int endOfData(int from, int to) {
            int most = Math.min(to, from + buffer.capacity() / page);
            int end = from + 1;
            while (end < most && !isHole(end)) {
                end++;
            }
            return end;
        }

        private void read(int from, int to) {
            try {
                memory.read(index.pa(from), buffer.clear().limit((to - from) * page));
            } catch (MemoryFault e) {
                // One of them is damaged in the image.
                for (int row = from; row < to && to - from > 1; row++) {
                    read(row, row + 1);
                }
                return;
            }
            for (int row = from; row < to; row++) {
                MemorySegment.copy(bytes, U64, (long) (row - from) * page, words, 0, words.length);
                for (FrameVisitor visitor : visitors) {
                    visitor.frame(row, index.pa(row), words);
                }
            }
        }
    }
}
