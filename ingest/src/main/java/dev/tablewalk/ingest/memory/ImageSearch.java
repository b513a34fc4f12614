package dev.tablewalk.ingest.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongPredicate;

/** Looks for fixed texts in the data of an image, at memory speed. */
public final class ImageSearch {
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int STEP = 4096;

    /** How much is read before its pages are given back; keeps resident memory small. */
    private static final long WINDOW = 64L << 20;

    private ImageSearch() {}

    /**
     * Offers every place where the text stands at one of the offsets in a 4 KiB page, by ascending
     * file offset, until one is taken. One cache line of each page that holds data is read.
     *
     * @param text at least 8 bytes of ASCII
     * @param accept takes a file offset
     * @return whether one was taken
     */
    public static boolean atPageOffsets(
            Image image, String text, int[] inPage, LongPredicate accept) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        long first = MemorySegment.ofArray(wanted).get(U64, 0);
        MemorySegment bytes = image.bytes();
        DataExtents extents = image.extents();
        long window = 0;
        for (int e = 0; e < extents.count(); e++) {
            for (long page = extents.start(e) & -STEP; page < extents.end(e); page += STEP) {
                for (int at : inPage) {
                    long offset = page + at;
                    if (offset + wanted.length <= bytes.byteSize()
                            && bytes.get(U64, offset) == first
                            && matches(bytes, offset, wanted)
                            && accept.test(offset)) {
                        return true;
                    }
                }
                if ((window += STEP) >= WINDOW) {
                    image.release();
                    window = 0;
                }
            }
        }
        return false;
    }

    private static boolean matches(MemorySegment bytes, long offset, byte[] wanted) {
        return bytes.asSlice(offset, wanted.length).mismatch(MemorySegment.ofArray(wanted)) < 0;
    }
}
