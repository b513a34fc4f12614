package dev.tablewalk.ingest.synthetic;

/** What a frame is used for, as its {@code struct page} tells. */
public enum FrameUse {
    /** A process's page table, of a level that this kernel marks. */
    TABLE,
    /** Memory of processes that no file is behind. */
    ANON,
    /** Of a file in memory: tmpfs, memfd, shared anonymous memory. */
    SHMEM,
    /** Of a file's page cache. */
    FILE,
    /** Of the slab allocator. */
    SLAB,
    /** Free, in a block of the buddy allocator. */
    BUDDY,
    /** Never given to the page allocator: kernel image, tables of boot, vmemmap. */
    RESERVED,
    /** In use by the kernel otherwise: stacks, PGDs. */
    OTHER,
    /**
     * The kernel's huge page of zeroes; {@code struct page} says no more than of {@link #OTHER}.
     */
    HUGE_ZERO;

    /** Whether the frames of one allocation are a compound page. */
    boolean isCompound() {
        return this == SLAB || this == OTHER || this == HUGE_ZERO;
    }

    /** Whether processes map it, so that their mappings are counted. */
    boolean isUsers() {
        return this == ANON || this == SHMEM || this == FILE;
    }
}
