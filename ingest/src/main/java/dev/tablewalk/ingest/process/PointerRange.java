package dev.tablewalk.ingest.process;

/**
 * What a pointer can be by its value alone. Its test is two comparisons: a scan of RAM makes it
 * millions of times.
 *
 * @param start the least virtual address
 * @param end one more than the last, unsigned; 0 where the address space ends
 * @param alignment in bytes, a power of two
 */
record PointerRange(long start, long end, long alignment) {
    boolean holds(long pointer) {
        return (pointer & (alignment - 1)) == 0
                && Long.compareUnsigned(pointer - start, end - start) < 0;
    }
}
