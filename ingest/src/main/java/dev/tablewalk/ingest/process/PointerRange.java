package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.arch.PageTableFormat;

/**
 * What a pointer can be by its value alone. Its test is cheap: a scan of RAM makes it millions of
 * times.
 *
 * @param format tells a tag from a pointer
 * @param start the least virtual address
 * @param end one more than the last, unsigned; 0 where the address space ends
 * @param alignment in bytes, a power of two
 */
record PointerRange(PageTableFormat format, long start, long end, long alignment) {
    boolean holds(long word) {
        if (word == 0) {
            return false; // as most of RAM is, and no pointer of the kernel's
        }
        long pointer = format.untagged(word);
        return (pointer & (alignment - 1)) == 0
                && Long.compareUnsigned(pointer - start, end - start) < 0;
    }
}
