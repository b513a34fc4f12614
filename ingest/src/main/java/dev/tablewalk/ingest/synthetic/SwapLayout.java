package dev.tablewalk.ingest.synthetic;

/**
 * Where a swap entry's type and offset stand in a page-table entry: {@code __SWP_TYPE_SHIFT} and
 * {@code __SWP_OFFSET_SHIFT} of {@code arch/arm64/include/asm/pgtable.h}.
 */
public enum SwapLayout {
    /** Before 5.19. */
    TYPE_2_OFFSET_8(2, 6, 8),
    /** From 5.19, when bit 2 became {@code PTE_SWP_EXCLUSIVE}, until 6.9. */
    TYPE_3_OFFSET_8(3, 5, 8),
    /** Since 6.10, when bit 11 became {@code PTE_PRESENT_INVALID}. */
    TYPE_6_OFFSET_12(6, 5, 12);

    private final int typeShift;
    private final int typeBits;
    private final int offsetShift;

    SwapLayout(int typeShift, int typeBits, int offsetShift) {
        this.typeShift = typeShift;
        this.typeBits = typeBits;
        this.offsetShift = offsetShift;
    }

    /**
     * A page-table entry for a swap entry.
     *
     * @param type of the swap area, or one of the highest for migration and its like
     * @param offset slot, or what else the type makes of it: 50 bits, not 0, as slot 0 is the
     *     area's header
     */
    public long encode(int type, long offset) {
        if (type < 0 || type >= 1 << typeBits || offset <= 0 || offset >= 1L << 50) {
            throw new IllegalArgumentException("no swap entry: type " + type + " at " + offset);
        }
        return (long) type << typeShift | offset << offsetShift;
    }
}
