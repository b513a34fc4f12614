package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.graph.LeafAttributes;
import java.util.Set;

/**
 * Encodes VMSAv8-64 descriptors as Linux fills them in.
 *
 * <p>Sources: Arm ARM D8.3 (table, block and page descriptor formats), {@code
 * arch/arm64/include/asm/{pgtable-hwdef,pgtable-prot}.h}.
 */
record Arm64Descriptors(Arm64Geometry geometry) implements Descriptors {
    private static final long VALID = 1;
    private static final long TABLE_OR_PAGE = 2;
    private static final int ATTR_INDX_SHIFT = 2;
    private static final long MT_NORMAL = 0;
    private static final long MT_NORMAL_NC = 2;
    private static final long MT_DEVICE_NGNRE = 4;
    private static final long USER = 1L << 6;
    private static final long RDONLY = 1L << 7;
    private static final long INNER_SHAREABLE = 3L << 8;
    private static final long AF = 1L << 10;
    private static final long NG = 1L << 11;
    private static final long WRITE = 1L << 51;
    private static final long CONT = 1L << 52;
    private static final long PXN = 1L << 53;
    private static final long UXN = 1L << 54;
    private static final long DIRTY = 1L << 55;
    private static final long SPECIAL = 1L << 56;
    private static final long PROT_NONE_58 = 1L << 58;
    private static final long PXN_TABLE = 1L << 59;
    private static final long UXN_TABLE = 1L << 60;
    private static final long NO_USER_TABLE = 1L << 61;
    private static final long READ_ONLY_TABLE = 1L << 62;

    /** The bits of an output address, where the geometry's descriptors keep them. */
    private long address(long pa) {
        int low = geometry.pageShift();
        if (geometry.lpa2()) {
            return bits(pa, 49, low) | (pa >>> 50 & 3) << 8;
        }
        if (low == 16) {
            return bits(pa, 47, low) | (pa >>> 48 & 15) << 12;
        }
        return bits(pa, 47, low);
    }

    private static long bits(long value, int high, int low) {
        return value & (-1L >>> (63 - high)) & (-1L << low);
    }

    /** A table descriptor: user tables carry PXNTable, the kernel's UXNTable. */
    @Override
    public long table(long pa, boolean kernel) {
        return address(pa) | TABLE_OR_PAGE | VALID | (kernel ? UXN_TABLE : PXN_TABLE);
    }

    /** A page or block descriptor. */
    @Override
    public long leaf(int level, long pa, Set<LeafFlag> flags, KernelEra era) {
        boolean none = flags.contains(LeafFlag.PROT_NONE);
        long raw = address(pa);
        raw |= none ? 0 : VALID;
        raw |= level == 3 ? TABLE_OR_PAGE : 0;
        raw |= attrIndx(flags) << ATTR_INDX_SHIFT;
        raw |= none || flags.contains(LeafFlag.KERNEL) ? 0 : USER;
        raw |= LeafFlag.isWritable(flags) && !flags.contains(LeafFlag.CLEAN) ? 0 : RDONLY;
        raw |= geometry.lpa2() ? 0 : INNER_SHAREABLE;
        raw |= flags.contains(LeafFlag.OLD) ? 0 : AF;
        raw |= none || !flags.contains(LeafFlag.GLOBAL) ? NG : 0;
        raw |= LeafFlag.isWritable(flags) ? WRITE : 0;
        raw |= flags.contains(LeafFlag.CONTIGUOUS) ? CONT : 0;
        raw |= !none && flags.contains(LeafFlag.KERNEL_EXECUTABLE) ? 0 : PXN;
        raw |= !none && flags.contains(LeafFlag.EXECUTABLE) ? 0 : UXN;
        raw |= flags.contains(LeafFlag.DIRTY) ? DIRTY : 0;
        raw |= flags.contains(LeafFlag.SPECIAL) ? SPECIAL : 0;
        raw |= none && era.protNoneInBit58() ? PROT_NONE_58 : 0;
        return raw;
    }

    @Override
    public LeafAttributes attributes(Set<LeafFlag> flags) {
        boolean none = flags.contains(LeafFlag.PROT_NONE);
        return new LeafAttributes(
                !none,
                LeafFlag.isWritable(flags),
                !none && flags.contains(LeafFlag.EXECUTABLE),
                !none && flags.contains(LeafFlag.KERNEL_EXECUTABLE),
                !none && !flags.contains(LeafFlag.KERNEL),
                !flags.contains(LeafFlag.OLD),
                LeafFlag.isDirty(flags),
                !none && flags.contains(LeafFlag.GLOBAL),
                flags.contains(LeafFlag.CONTIGUOUS),
                flags.contains(LeafFlag.SPECIAL),
                switch ((int) attrIndx(flags)) {
                    case (int) MT_NORMAL -> "normal";
                    case (int) MT_NORMAL_NC -> "normal-nc";
                    default -> "device";
                });
    }

    private static long attrIndx(Set<LeafFlag> flags) {
        if (flags.contains(LeafFlag.DEVICE)) {
            return MT_DEVICE_NGNRE;
        }
        return flags.contains(LeafFlag.NON_CACHEABLE) ? MT_NORMAL_NC : MT_NORMAL;
    }

    /** Bits 1:0 are 01. */
    @Override
    public long reserved() {
        return VALID;
    }

    /** {@code PXNTable}, {@code UXNTable}, {@code APTable}: Arm ARM D8.4. */
    @Override
    public long limited(long table, TableLimit limit) {
        return table
                | switch (limit) {
                    case NO_KERNEL_EXECUTE -> PXN_TABLE;
                    case NO_EXECUTE -> UXN_TABLE;
                    case NO_USER -> NO_USER_TABLE;
                    case READ_ONLY -> READ_ONLY_TABLE;
                };
    }

    @Override
    public long swap(KernelEra era, int type, long offset) {
        return era.swapLayout().encode(type, offset);
    }
}
