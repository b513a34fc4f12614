package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** Goes over the 64-bit words of a run of RAM. */
final class Words {
    private static final int CHUNK = 1 << 16;

    private Words() {}

    /** Looks at one word. */
    interface Look {
        /** Returns whether this was the one. */
        boolean at(long pa, long word);
    }

    /**
     * Shows each word at a multiple of 8 until one is taken. What is not held is passed over.
     *
     * @return whether one was taken
     */
    static boolean any(PhysicalMemory memory, long from, long end, Look look) {
        byte[] chunk = new byte[CHUNK];
        LongBuffer content = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        long[] words = new long[CHUNK / Long.BYTES];
        for (long pa = from & -CHUNK; pa < end; pa += CHUNK) {
            long first = Math.max(pa, from & -8);
            int length = (int) (Math.min(end, pa + CHUNK) - first) & -8;
            if (length == 0 || memory.isHole(first, length) || !memory.contains(first, length)) {
                continue;
            }
            memory.read(first, chunk, 0, length);
            content.get(0, words, 0, length / Long.BYTES);
            for (int i = 0; i < length / Long.BYTES; i++) {
                if (words[i] != 0 && look.at(first + (long) Long.BYTES * i, words[i])) {
                    return true;
                }
            }
        }
        return false;
    }
}
