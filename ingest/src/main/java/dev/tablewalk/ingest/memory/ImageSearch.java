package dev.tablewalk.ingest.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/** Looks for fixed texts in the data of an image, at memory speed. */
public final class ImageSearch {
    private static final int STEP = 4096;

    /** How much a thread reads before it gives the pages back; keeps resident memory small. */
    private static final long WINDOW = 64L << 20;

    private ImageSearch() {}

    /**
     * Offers every place where the text stands at one of the offsets in a 4 KiB page of RAM, until
     * one is taken, in the order of addresses. One cache line of each page that holds data is read,
     * on all processors, before the first is offered.
     *
     * @param text at least 8 bytes of ASCII
     * @param accept takes a physical address
     * @return whether one was taken
     */
    public static boolean atPageOffsets(
            PhysicalMemory memory, String text, int[] inPage, LongPredicate accept) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        long[] places =
                Arrays.stream(windows(memory))
                        .parallel()
                        .flatMap(page -> places(memory, page, wanted, inPage))
                        .toArray();
        return Arrays.stream(places).anyMatch(accept);
    }

    /**
     * The first page of each window that holds data: as many as the data fills at most, however
     * much RAM an image claims to have.
     */
    private static long[] windows(PhysicalMemory memory) {
        LongStream.Builder pages = LongStream.builder();
        for (long page = memory.nextData(0, STEP); page >= 0; ) {
            pages.add(page);
            page = memory.nextData(end(page), STEP);
        }
        return pages.build().toArray();
    }

    private static long end(long page) {
        return (page & -WINDOW) + WINDOW;
    }

    private static LongStream places(
            PhysicalMemory memory, long firstPage, byte[] wanted, int[] inPage) {
        long first = ByteBuffer.wrap(wanted).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] found = new byte[wanted.length];
        LongStream.Builder places = LongStream.builder();
        for (long page = firstPage; page >= 0 && page < end(firstPage); ) {
            for (int at : inPage) {
                long pa = page + at;
                if (memory.contains(pa, wanted.length) && memory.u64(pa) == first) {
                    memory.read(pa, found, 0, found.length);
                    if (Arrays.equals(found, wanted)) {
                        places.add(pa);
                    }
                }
            }
            page = memory.nextData(page + STEP, STEP);
        }
        memory.release();
        return places.build();
    }
}
