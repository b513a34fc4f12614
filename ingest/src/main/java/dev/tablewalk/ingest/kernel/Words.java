package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
        ByteBuffer words = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (long pa = from & -CHUNK; pa < end; pa += CHUNK) {
            long first = Math.max(pa, from & -8);
            int length = (int) (Math.min(end, pa + CHUNK) - first) & -8;
            if (length == 0 || memory.isHole(first, length) || !memory.contains(first, length)) {
                continue;
            }
            memory.read(first, chunk, 0, length);
            for (int i = 0; i < length; i += 8) {
                long word = words.getLong(i);
                if (word != 0 && look.at(first + i, word)) {
                    return true;
                }
            }
        }
        return false;
    }
}
