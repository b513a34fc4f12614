package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.memory.PhysicalMemory;

/** The kernel's image as its own tables map it, before it is known where its text begins. */
final class MappedImage {
    /** No kernel has a gap like this inside, nor ends this far behind its text. */
    private static final long GAP = 64L << 20;

    private static final long MOST = 1L << 30;

    private final PhysicalMemory memory;
    private final PageTableFormat format;
    private final long rootPa;
    private final long offset;
    private final long start;
    private final long end;

    private MappedImage(
            PhysicalMemory memory, PageTableFormat format, long rootPa, long inside, long offset) {
        this.memory = memory;
        this.format = format;
        this.rootPa = rootPa;
        this.offset = offset;
        long page = inside & -format.pageSize();
        this.start = last(memory, format, rootPa, offset, page, -format.pageSize());
        this.end =
                last(memory, format, rootPa, offset, page, format.pageSize()) + format.pageSize();
    }

    /**
     * Follows the mapping from an address in it to both ends.
     *
     * @param offset virtual minus physical address of its bytes
     */
    static MappedImage around(
            PhysicalMemory memory, PageTableFormat format, long rootPa, long inside, long offset) {
        return new MappedImage(memory, format, rootPa, inside, offset);
    }

    /**
     * The last page that belongs to an image.
     *
     * @param offset virtual minus physical address of its bytes
     * @param from virtual address of a page in it
     * @param step bytes of a page, negative to go down
     * @return its virtual address
     */
    static long last(
            PhysicalMemory memory,
            PageTableFormat format,
            long rootPa,
            long offset,
            long from,
            long step) {
        long last = from;
        for (long va = from; Math.abs(va - last) < GAP && Math.abs(va - from) < MOST; va += step) {
            if (KernelMemory.translate(memory, format, rootPa, va) == va - offset) {
                last = va;
            }
        }
        return last;
    }

    /** Virtual address of the first page that can be executed and not be written; 0 if none. */
    long text() {
        for (long va = start; va < end; va += format.pageSize()) {
            if (KernelMemory.translate(memory, format, rootPa, va) == va - offset
                    && KernelMemory.isText(memory, format, rootPa, va)) {
                return va;
            }
        }
        return 0;
    }

    /** Whether any 64-bit word of it has this value, which is not zero. */
    boolean holdsWord(long value) {
        return Words.any(memory, start - offset, end - offset, (pa, word) -> word == value);
    }
}
