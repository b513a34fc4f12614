package dev.tablewalk.ingest.synthetic;

import java.util.Set;

/** What to say in a leaf descriptor; without any, it is a user's read-only page that was used. */
public enum LeafFlag {
    /** Writable and written. */
    WRITABLE,
    /** With {@link #WRITABLE}: not written yet, so that it is clean. */
    CLEAN,
    /** Dirty; on arm64 by {@code PTE_DIRTY}, the software bit. */
    DIRTY,
    /** User mode may execute it. */
    EXECUTABLE,
    /** Kernel mode may execute it. */
    KERNEL_EXECUTABLE,
    /** The access flag is clear. */
    OLD,
    /** User mode may not access it. */
    KERNEL,
    /** It holds for every address space: {@code nG} clear. */
    GLOBAL,
    /** arm64's contiguous bit; the caller sees to the run's alignment. */
    CONTIGUOUS,
    /** {@code pte_special()}: no struct page behind it. */
    SPECIAL,
    /** {@code MT_NORMAL_NC}, or write-combining. */
    NON_CACHEABLE,
    /** {@code MT_DEVICE_nGnRE}, or {@code UC-}. */
    DEVICE,
    /** Present and not accessible: PROT_NONE, or a NUMA hint. */
    PROT_NONE;

    /** Whether memory with these flags may be written to. */
    static boolean isWritable(Set<LeafFlag> flags) {
        return flags.contains(WRITABLE) && !flags.contains(PROT_NONE);
    }

    /** Whether it has been, or may be without a fault. */
    static boolean isDirty(Set<LeafFlag> flags) {
        return flags.contains(DIRTY) || (isWritable(flags) && !flags.contains(CLEAN));
    }
}
