package dev.tablewalk.ingest.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongPredicate;

/** Looks for fixed texts in the data of an image, at memory speed. */
public final class ImageSearch {
    private static final int STEP = 4096;

    /** How much is read before its pages are given back; keeps resident memory small. */
    private static final long WINDOW = 64L << 20;

    private ImageSearch() {}

    /**
     * Offers every place where the text stands at one of the offsets in a 4 KiB page of RAM, until
     * one is taken. One cache line of each page that holds data is read.
     *
     * @param text at least 8 bytes of ASCII
     * @param accept takes a physical address
     * @return whether one was taken
     */
    public static boolean atPageOffsets(
            PhysicalMemory memory, String text, int[] inPage, LongPredicate accept) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        long first = ByteBuffer.wrap(wanted).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] found = new byte[wanted.length];
        long window = 0;
        for (long page = memory.nextData(0, STEP); page >= 0; ) {
            for (int at : inPage) {
                long pa = page + at;
                if (memory.contains(pa, wanted.length) && memory.u64(pa) == first) {
                    memory.read(pa, found, 0, found.length);
                    if (Arrays.equals(found, wanted) && accept.test(pa)) {
                        return true;
                    }
                }
            }
            if ((window += STEP) >= WINDOW) {
                memory.release();
                window = 0;
            }
            page = memory.nextData(page + STEP, STEP);
        }
        return false;
    }
}
