package dev.tablewalk.ingest.arch.x86_64;

import java.util.List;

/**
 * What each combination of PAT, PCD and PWT means. The table behind them, IA32_PAT, is not in
 * memory, but Linux has written the same one since it has BTF: {@code pat_bp_init()} of {@code
 * arch/x86/mm/pat/memtype.c}. Started with {@code nopat} it takes the processor's default instead,
 * where 1 is write-through; that cannot be told from descriptors.
 *
 * <p>The names are those of {@code cattr_name()}, by which {@code /sys/kernel/debug/x86} calls
 * them.
 */
final class MemoryTypes {
    private static final String WRITE_BACK = "write-back";
    private static final String UNCACHED_MINUS = "uncached-minus"; // MTRRs may make it combining

    private static final List<String> NAMES =
            List.of(
                    WRITE_BACK,
                    "write-combining",
                    UNCACHED_MINUS,
                    "uncached",
                    WRITE_BACK,
                    "write-protected",
                    UNCACHED_MINUS,
                    "write-through");

    /** Indexes that mean what a lower one means already, so Linux never uses them. */
    private static final int UNUSED = 1 << 4 | 1 << 6;

    private static final int UNCACHED = 1 << 2 | 1 << 3 | 1 << 6;

    private MemoryTypes() {}

    /**
     * @param index PAT, PCD and PWT, from the highest bit to the lowest
     */
    static String name(int index) {
        return NAMES.get(index);
    }

    static boolean isUsed(int index) {
        return (UNUSED >> index & 1) == 0;
    }

    /** Whether reads and writes have effects, so that no cache may answer for the memory. */
    static boolean isDevice(int index) {
        return (UNCACHED >> index & 1) != 0;
    }
}
