package dev.tablewalk.ingest.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
                windows(memory).parallelStream()
                        .flatMapToLong(window -> places(memory, window, wanted, inPage))
                        .toArray();
        return Arrays.stream(places).anyMatch(accept);
    }

    private static List<PhysicalRange> windows(PhysicalMemory memory) {
        List<PhysicalRange> windows = new ArrayList<>();
        for (PhysicalRange range : memory.ranges()) {
            for (long at = range.pa(); at < range.end(); ) {
                long end = Math.min(range.end(), (at & -WINDOW) + WINDOW);
                windows.add(new PhysicalRange(at, end - at));
                at = end;
            }
        }
        return windows;
    }

    private static LongStream places(
            PhysicalMemory memory, PhysicalRange window, byte[] wanted, int[] inPage) {
        long first = ByteBuffer.wrap(wanted).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] found = new byte[wanted.length];
        LongStream.Builder places = LongStream.builder();
        long page = memory.nextData(window.pa(), STEP);
        boolean touched = false;
        while (page >= 0 && page < window.end()) {
            for (int at : inPage) {
                long pa = page + at;
                if (memory.contains(pa, wanted.length) && memory.u64(pa) == first) {
                    memory.read(pa, found, 0, found.length);
                    if (Arrays.equals(found, wanted)) {
                        places.add(pa);
                    }
                }
            }
            touched = true;
            page = memory.nextData(page + STEP, STEP);
        }
        if (touched) {
            memory.release();
        }
        return places.build();
    }
}
