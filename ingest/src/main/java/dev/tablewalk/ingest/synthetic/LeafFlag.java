package dev.tablewalk.ingest.synthetic;

/** What to say in a leaf descriptor; without any, it is a user's read-only page that was used. */
public enum LeafFlag {
    /** Writable and written: {@code PTE_WRITE} set, {@code PTE_RDONLY} clear. */
    WRITABLE,
    /** With {@link #WRITABLE}: not written yet, so that {@code PTE_RDONLY} is still set. */
    CLEAN,
    /** {@code PTE_DIRTY}, the software bit. */
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
    /** The contiguous bit; the caller sees to the run's alignment. */
    CONTIGUOUS,
    /** {@code PTE_SPECIAL}: no struct page behind it. */
    SPECIAL,
    /** {@code MT_NORMAL_NC}. */
    NON_CACHEABLE,
    /** {@code MT_DEVICE_nGnRE}. */
    DEVICE,
    /** Present with bit 0 clear: PROT_NONE, or a NUMA hint. */
    PROT_NONE
}
