package dev.tablewalk.ingest.arch.arm64;

/**
 * How Linux lays out entries whose valid bit is clear: the comment "Encode and decode a swap entry"
 * in {@code arch/arm64/include/asm/pgtable.h}. It has changed twice.
 *
 * @param presentInvalid the bit of an entry that is present all the same
 */
record NonPresent(
        long presentInvalid, int typeShift, int typeBits, int offsetShift, int offsetBits) {
    /** {@code PTE_MARKER_MASK} of {@code include/linux/swapops.h}, and room for more. */
    private static final long MARKER_FLAGS = 0xf;

    /** The first layout: PTE_PROT_NONE is bit 58, type 7:2, offset 57:8. */
    static final NonPresent TYPE_AT_2 = new NonPresent(1L << 58, 2, 6, 8, 50);

    /**
     * Bit 2 became "exclusive", type 7:3, offset 57:8: commit 570ef363509b ("arm64/pgtable: support
     * __HAVE_ARCH_PTE_SWP_EXCLUSIVE").
     */
    static final NonPresent TYPE_AT_3 = new NonPresent(1L << 58, 3, 5, 8, 50);

    /**
     * PTE_PRESENT_INVALID is bit 11, type 10:6, offset 61:12: commit 55564814a838 ("arm64/mm: Move
     * PTE_PRESENT_INVALID to overlay PTE_NG").
     */
    static final NonPresent TYPE_AT_6 = new NonPresent(1L << 11, 6, 5, 12, 50);

    /** Bits that are zero in every swap entry: those above the slot and below the type. */
    long neverInSwap() {
        long above = -1L << (offsetShift + offsetBits);
        return above | presentInvalid | 3;
    }

    /** Whether it is a marker: {@code SWP_PTE_MARKER}, of the last type, and a few flags. */
    boolean isMarker(long d) {
        return (d & typeMask()) == typeMask() && d >>> offsetShift <= MARKER_FLAGS;
    }

    long typeMask() {
        return ((1L << typeBits) - 1) << typeShift;
    }

    long offsetMask() {
        return (1L << offsetBits) - 1;
    }
}
