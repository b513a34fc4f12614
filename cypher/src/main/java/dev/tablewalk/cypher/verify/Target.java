package dev.tablewalk.cypher.verify;

import dev.tablewalk.graph.Hex;

/**
 * Where a page leads, in one long: a frame that is present, or a swap slot as {@code
 * /proc/PID/pagemap} gives it, {@code type | offset << 5}. Pagemap's value has 55 bits.
 */
final class Target {
    private static final long SWAPPED = 1L << 63;
    private static final int TYPE_BITS = 5;

    private Target() {}

    static long present(long pfn) {
        return pfn;
    }

    /**
     * @param slot type and offset as pagemap packs them
     */
    static long swapped(long slot) {
        return slot | SWAPPED;
    }

    static long swapped(long type, long offset) {
        return swapped(type | offset << TYPE_BITS);
    }

    /** Where the page {@code k} pages further leads, in a run. */
    static long plus(long target, long k) {
        return isSwapped(target) ? target + (k << TYPE_BITS) : target + k;
    }

    static boolean isSwapped(long target) {
        return target < 0;
    }

    static String text(long target) {
        if (!isSwapped(target)) {
            return "pfn " + Hex.of(target);
        }
        long slot = target & ~SWAPPED;
        return "swap type "
                + (slot & ((1 << TYPE_BITS) - 1))
                + " offset "
                + Hex.of(slot >>> TYPE_BITS);
    }
}
