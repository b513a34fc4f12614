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

    private BootParams() {}

    /**
     * How the RAM of a machine lies that leaves a hole below 4 GiB for its devices: as much as it
     * can below it, the rest from 4 GiB on.
     *
     * @param file the image as if RAM began at 0, which is true of what lies below the hole
     * @param size bytes of the image
     */
    static Stream<List<RamRange>> layouts(PhysicalMemory file, long size) {
        Set<Long> lows = new LinkedHashSet<>();
        search(file, size, HDRS, HEADER, lows);
        search(file, size, EL64, EFI_INFO, lows);
        return lows.stream()
                .map(
                        low ->
                                List.of(
                                        new RamRange(0, low, 0),
                                        new RamRange(FOUR_GIB, size - low, low)));
    }

    private static void search(PhysicalMemory file, long size, int mark, int at, Set<Long> lows) {
        long end = Math.min(size, FOUR_GIB);
        for (long pa = 0; pa >= 0 && pa < end && lows.size() < MOST; pa += 2) {
            pa = file.find32(mark, 2, pa, end);
            if (pa < 0) {
                return;
            }
            long top = pa < at ? 0 : top(file, pa - at);
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
