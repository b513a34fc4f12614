package dev.tablewalk.ingest.arch;

/**
 * Where the kernel lies, once proved.
 *
 * @param format of its page tables
 * @param rootVa virtual address of {@code swapper_pg_dir} or its like
 * @param rootPa physical address of the same
 * @param imageOffset virtual minus physical address of every byte of the kernel image
 * @param textVa virtual address of {@code _stext}
 * @param linearStart first virtual address of the linear map
 * @param linearEnd virtual address behind the linear map
 * @param linearOffset virtual minus physical address of every byte of the linear map
 */
public record KernelMap(
        PageTableFormat format,
        long rootVa,
        long rootPa,
        long imageOffset,
        long textVa,
        long linearStart,
        long linearEnd,
        long linearOffset) {
    public KernelMap with(PageTableFormat other) {
        return new KernelMap(
                other, rootVa, rootPa, imageOffset, textVa, linearStart, linearEnd, linearOffset);
    }

    /** Whether it is known where the linear map lies. */
    public boolean hasLinear() {
        return linearOffset != 0;
    }

    /**
     * With the linear map.
     *
     * @param offset virtual minus physical address of its bytes, and where it begins
     * @param end virtual address behind it
     */
    public KernelMap withLinear(long offset, long end) {
        return new KernelMap(format, rootVa, rootPa, imageOffset, textVa, offset, end, offset);
    }

    /** Whether a mapping of this address to that one is part of the linear map. */
    public boolean isLinear(long va, long pa) {
        return Long.compareUnsigned(va, linearStart) >= 0
                && Long.compareUnsigned(va, linearEnd) < 0
                && va - pa == linearOffset;
    }
}
