package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.graph.LeafAttributes;
import java.util.Set;

/**
 * Encodes descriptors of 4-level and 5-level paging.
 *
 * <p>Sources: Intel SDM, volume 3A, 4.5.4; {@code arch/x86/include/asm/{pgtable_types,
 * pgtable-invert,pgtable_64}.h}.
 */
record X86Descriptors() implements Descriptors {
    private static final long PRESENT = 1;
    private static final long WRITE = 1L << 1;
    private static final long USER = 1L << 2;
    private static final long WRITE_THROUGH = 1L << 3;
    private static final long CACHE_DISABLE = 1L << 4;
    private static final long ACCESSED = 1L << 5;
    private static final long DIRTY = 1L << 6;
    private static final long PSE = 1L << 7;
    private static final long GLOBAL = 1L << 8;
    private static final long PROT_NONE = 1L << 8; // of what is not present
    private static final long SPECIAL = 1L << 9;
    private static final long NO_EXECUTE = 1L << 63;
    private static final long ADDRESS = (1L << 52) - (1L << 12);
    private static final int LAST_LEVEL = 3;
    private static final int PAGE_SHIFT = 12;
    private static final int BITS_PER_LEVEL = 9;
    private static final int SWAP_TYPE_SHIFT = 59;
    private static final int SWAP_OFFSET_SHIFT = 9;
    private static final int SWAP_OFFSET_BITS = SWAP_TYPE_SHIFT - SWAP_OFFSET_SHIFT;

    /** {@code _PAGE_TABLE}, or for the kernel {@code _KERNPG_TABLE}. */
    @Override
    public long table(long pa, boolean kernel) {
        return (pa & ADDRESS) | PRESENT | WRITE | (kernel ? 0 : USER) | ACCESSED | DIRTY;
    }

    /** One bit forbids user mode and the kernel to execute. */
    @Override
    public long limited(long table, TableLimit limit) {
        return switch (limit) {
            case NO_KERNEL_EXECUTE, NO_EXECUTE -> table | NO_EXECUTE;
            case NO_USER -> table & ~USER;
            case READ_ONLY -> table & ~WRITE;
        };
    }

    /** Neither present, nor PROT_NONE, nor can a swap entry have PAT. */
    @Override
    public long reserved() {
        return USER | PSE;
    }

    /** What is not present has its address inverted, against L1TF. */
    @Override
    public long leaf(int level, long pa, Set<LeafFlag> flags, KernelEra era) {
        boolean none = flags.contains(LeafFlag.PROT_NONE);
        long mask = ADDRESS & -(1L << (PAGE_SHIFT + (LAST_LEVEL - level) * BITS_PER_LEVEL));
        long raw = (none ? ~pa : pa) & mask;
        raw |= none ? PROT_NONE : PRESENT;
        raw |= LeafFlag.isWritable(flags) ? WRITE : 0;
        raw |= isUser(flags) ? USER : 0;
        raw |= flags.contains(LeafFlag.DEVICE) ? CACHE_DISABLE : 0;
        raw |= isWriteCombining(flags) ? WRITE_THROUGH : 0;
        raw |= flags.contains(LeafFlag.OLD) ? 0 : ACCESSED;
        raw |= LeafFlag.isDirty(flags) ? DIRTY : 0;
        raw |= level < LAST_LEVEL ? PSE : 0;
        raw |= !none && flags.contains(LeafFlag.GLOBAL) ? GLOBAL : 0;
        raw |= flags.contains(LeafFlag.SPECIAL) ? SPECIAL : 0;
        raw |= none || executes(flags) ? 0 : NO_EXECUTE;
        return raw;
    }

    @Override
    public LeafAttributes attributes(Set<LeafFlag> flags) {
        boolean none = flags.contains(LeafFlag.PROT_NONE);
        boolean executes = !none && executes(flags);
        return new LeafAttributes(
                !none,
                LeafFlag.isWritable(flags),
                executes && isUser(flags),
                executes && !isUser(flags),
                isUser(flags),
                !flags.contains(LeafFlag.OLD),
                LeafFlag.isDirty(flags),
                !none && flags.contains(LeafFlag.GLOBAL),
                false,
                flags.contains(LeafFlag.SPECIAL),
                flags.contains(LeafFlag.DEVICE)
                        ? "uncached-minus"
                        : isWriteCombining(flags) ? "write-combining" : "write-back");
    }

    private static boolean isUser(Set<LeafFlag> flags) {
        return !flags.contains(LeafFlag.PROT_NONE) && !flags.contains(LeafFlag.KERNEL);
    }

    private static boolean isWriteCombining(Set<LeafFlag> flags) {
        return flags.contains(LeafFlag.NON_CACHEABLE) && !flags.contains(LeafFlag.DEVICE);
    }

    /** Whoever may access it; memory that no cache holds nobody executes. */
    private static boolean executes(Set<LeafFlag> flags) {
        return flags.contains(isUser(flags) ? LeafFlag.EXECUTABLE : LeafFlag.KERNEL_EXECUTABLE)
                && !flags.contains(LeafFlag.NON_CACHEABLE)
                && !flags.contains(LeafFlag.DEVICE);
    }

    /** The offset is inverted as well; all eras have the same layout. */
    @Override
    public long swap(KernelEra era, int type, long offset) {
        if (type < 0 || type > 31 || offset <= 0 || offset >= 1L << SWAP_OFFSET_BITS) {
            throw new IllegalArgumentException("no swap entry: type " + type + " at " + offset);
        }
        long inverted = ~offset & ((1L << SWAP_OFFSET_BITS) - 1);
        return (long) type << SWAP_TYPE_SHIFT | inverted << SWAP_OFFSET_SHIFT;
    }
}
