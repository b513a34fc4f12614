package dev.tablewalk.ingest.frame;

import java.util.Locale;

/** What a frame is used for; {@link #text()} is the word as queries write it. */
public enum FrameKind {
    /** There is no {@code struct page} of it, or it cannot be read. */
    UNKNOWN(0),
    /** A page table, by its page type. */
    TABLE(1),
    /** Memory of processes that no file is behind. */
    ANON(2),
    /** Of a file in memory: shmem, tmpfs, memfd. */
    SHMEM(3),
    /** Of a file's page cache. */
    FILE(4),
    /** Of the slab allocator. */
    SLAB(5),
    /** Free, in a block of the buddy allocator. */
    BUDDY(6),
    /**
     * Nobody refers to it, and it is in no buddy block: on a CPU's own list of free pages, or
     * behind the first of several that the kernel took at once and not as one compound page.
     */
    FREE(7),
    /** Not managed by the page allocator: kernel image, firmware, the zero page. */
    RESERVED(8),
    /** In use by the kernel otherwise: stacks, vmalloc, buffers. */
    OTHER(9),
    /** The huge page of zeroes: the kernel's, for processes to read. */
    HUGE_ZERO(10);

    private static final FrameKind[] ALL = values();

    private final int code;
    private final String text = name().toLowerCase(Locale.ROOT);

    FrameKind(int code) {
        this.code = code;
    }

    /** The number by which {@link Frames} keeps it: its place among all. */
    int code() {
        return code;
    }

    static FrameKind of(int code) {
        return ALL[code];
    }

    /** Whether the kernel may have a struct of its own in such a frame. */
    public boolean mayHoldObjects() {
        return switch (this) {
            case UNKNOWN, SLAB, RESERVED, OTHER -> true;
            case TABLE, ANON, SHMEM, FILE, BUDDY, FREE, HUGE_ZERO -> false;
        };
    }

    public String text() {
        return text;
    }
}
