package dev.tablewalk.ingest.arch.x86_64;

import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a boot loader told the kernel of its memory: {@code struct boot_params} of {@code
 * arch/x86/include/uapi/asm/bootparam.h}, of which RAM holds the loader's and the kernel's copy. It
 * is told by its setup header, or where firmware made it, by the mark that firmware leaves.
 */
final class BootParams {
    private static final int HDRS = 0x53726448; // "HdrS"
    private static final int HEADER = 0x202;
    private static final int EL64 = 0x34364c45; // efi_info.efi_loader_signature
    private static final int EFI_INFO = 0x1c0;
    private static final int E820_ENTRIES = 0x1e8;
    private static final int E820_TABLE = 0x2d0;
    private static final int E820_ENTRY = 20;
    private static final int MOST_ENTRIES = 128; // E820_MAX_ENTRIES_ZEROPAGE
    private static final int E820_RAM = 1;
    private static final long FOUR_GIB = 4L << 30;

    /** More are of no guest. */
    private static final int MOST = 16;

    /** What is read at once; a mark that lies across two is not found. */
    private static final int PAGE = 4096;

    /** Bytes that are read before their pages are given back; keeps resident memory small. */
    private static final long WINDOW = 64L << 20;

    /** The lowest bit of each 16-bit part of a word, and the highest. */
    private static final long LOWEST = 0x0001_0001_0001_0001L;

    private static final long HIGHEST = LOWEST << 15;

    private static final long FIRST_OF_HDRS = (HDRS & 0xffff) * LOWEST;
    private static final long FIRST_OF_EL64 = (EL64 & 0xffff) * LOWEST;

    private BootParams() {}

    /**
     * How the RAM of a machine lies that leaves a hole below 4 GiB for its devices: as much as it
     * can below it, the rest from 4 GiB on.
     *
     * @param file the image as if RAM began at 0, which is true of what lies below the hole
     * @param size bytes of the image
     */
    static Stream<List<RamRange>> layouts(PhysicalMemory file, long size) {
        Set<Long> ofHeaders = new LinkedHashSet<>();
        Set<Long> ofFirmware = new LinkedHashSet<>();
        long end = Math.min(size, FOUR_GIB);
        long[] words = new long[PAGE / Long.BYTES];
        long window = 0;
        for (long pa = file.nextData(0, PAGE); pa >= 0 && pa < end; ) {
            if (file.readTable(pa, words, words.length) && mayHoldMark(words)) {
                for (int at = 0; at <= PAGE - Integer.BYTES; at += 2) {
                    if (mayHoldMark(words[at / Long.BYTES])) {
                        search(file, size, pa + at, HDRS, HEADER, ofHeaders);
                        search(file, size, pa + at, EL64, EFI_INFO, ofFirmware);
                    }
                }
            }
            if ((window += PAGE) >= WINDOW) {
                file.release();
                window = 0;
            }
            pa = file.nextData(pa + PAGE, PAGE);
        }
        return Stream.of(ofHeaders, ofFirmware)
                .flatMap(Set::stream)
                .distinct()
                .map(
                        low ->
                                List.of(
                                        new RamRange(0, low, 0),
                                        new RamRange(FOUR_GIB, size - low, low)));
    }

    /** Of all words at once: it is asked of all RAM, and that this has no branch matters. */
    private static boolean mayHoldMark(long[] words) {
        long found = 0;
        for (long word : words) {
            found |= firstHalves(word);
        }
        return found != 0;
    }

    private static boolean mayHoldMark(long word) {
        return firstHalves(word) != 0;
    }

    /**
     * Not 0 if one of the 16-bit parts is the first half of a mark. Such a part is made 0, and then
     * taking 1 from it sets its highest bit, which was clear.
     */
    private static long firstHalves(long word) {
        long header = word ^ FIRST_OF_HDRS;
        long firmware = word ^ FIRST_OF_EL64;
        return ((header - LOWEST & ~header) | (firmware - LOWEST & ~firmware)) & HIGHEST;
    }

    private static void search(
            PhysicalMemory file, long size, long pa, int mark, int at, Set<Long> lows) {
        if (file.u32(pa) == mark && pa >= at && lows.size() < MOST) {
            long top = top(file, pa - at);
            long low = size - (top - FOUR_GIB);
            if (top > FOUR_GIB && low > 0 && low < Math.min(size, FOUR_GIB)) {
                lows.add(low);
            }
        }
    }

    /** End of the highest RAM, a physical address; 0 if what stands there tells of none. */
    private static long top(PhysicalMemory file, long params) {
        if (!file.contains(params, E820_TABLE + (long) MOST_ENTRIES * E820_ENTRY)) {
            return 0;
        }
        int count = file.u8(params + E820_ENTRIES);
        long top = 0;
        for (int i = 0; i < Math.min(count, MOST_ENTRIES); i++) {
            long entry = params + E820_TABLE + (long) i * E820_ENTRY;
            long end = file.u64(entry) + file.u64(entry + 8);
            if (file.u32(entry + 16) == E820_RAM && end > top) {
                top = end;
            }
        }
        return top;
    }
}
