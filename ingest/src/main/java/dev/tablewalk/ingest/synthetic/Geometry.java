package dev.tablewalk.ingest.synthetic;

/**
 * How a kernel lays out virtual addresses, tables and descriptors.
 *
 * <p>Levels are arm64's, on x86-64 as well: 3 holds pages, the root is at {@link #rootLevel()},
 * which is -1 with five levels.
 */
public sealed interface Geometry permits Arm64Geometry, X86Geometry {
    /** An arm64 kernel that runs with the width it was built for. */
    static Arm64Geometry arm64(int pageShift, int vaBits, boolean lpa2) {
        return new Arm64Geometry(pageShift, vaBits, lpa2, vaBits);
    }

    /**
     * An x86-64 kernel.
     *
     * @param levels 4 or 5
     */
    static X86Geometry x86(int levels) {
        return new X86Geometry(levels);
    }

    /** log2 of the bytes in a page. */
    int pageShift();

    /** Width of a virtual address as the kernel runs. */
    int vaBits();

    /** Whether descriptors have the layout of arm64's FEAT_LPA2. */
    default boolean lpa2() {
        return false;
    }

    /** Bytes in a page. */
    default long pageSize() {
        return 1L << pageShift();
    }

    /** Bits of an address that one full table resolves. */
    default int bitsPerLevel() {
        return pageShift() - 3;
    }

    /** Width that the tables are laid out for. */
    default int tableVaBits() {
        return vaBits();
    }

    /** Number of levels of tables. */
    default int levels() {
        return Math.ceilDiv(tableVaBits() - pageShift(), bitsPerLevel());
    }

    /** The level of the root table. */
    default int rootLevel() {
        return 4 - levels();
    }

    /** Number of bits below the index of a table of this level: log2 of what an entry covers. */
    default int shift(int level) {
        return pageShift() + (3 - level) * bitsPerLevel();
    }

    /** Bytes that one entry of a table of this level covers. */
    default long entrySize(int level) {
        return 1L << shift(level);
    }

    /** Entries in a table of this level. */
    default int entries(int level) {
        return level == rootLevel() ? 1 << (tableVaBits() - shift(level)) : 1 << bitsPerLevel();
    }

    /** Bytes of a root table ({@code PGD_SIZE}). */
    default int pgdSize() {
        return entries(rootLevel()) * 8;
    }

    /** Index of a virtual address in a table of this level. */
    default int index(long va, int level) {
        return (int) (va >>> shift(level)) & (entries(level) - 1);
    }

    /** Whether a descriptor of this level may map memory. */
    boolean leafAllowed(int level);

    /** Entries of a run that may be marked as contiguous; 1 where there is no such mark. */
    int contiguousEntries(int level);

    /** Linux's name of a table of this level. */
    default String levelName(int level) {
        if (level == rootLevel()) {
            return "PGD";
        }
        return switch (level) {
            case 3 -> "PTE";
            case 2 -> "PMD";
            case 1 -> "PUD";
            default -> "P4D";
        };
    }

    /** Whether a process's root has the entries of the kernel's half too. */
    boolean sharesRoot();

    /** Virtual address behind a process's last page ({@code TASK_SIZE}). */
    long userEnd();

    /** Start of the linear map ({@code PAGE_OFFSET}), where KASLR has not moved it. */
    long pageOffset();

    /** Virtual address behind all that the linear map has room for. */
    long linearEnd();

    /** Where the kernel image lies without KASLR. */
    long kimageVaddr();

    /** Bytes by which KASLR moves the image up at most. */
    long kaslrRange();

    /** Bytes of the image before {@code _stext}. */
    int imageHead();

    /**
     * What to add to an address in the linear map, without {@link #pageOffset}, for the physical
     * one.
     *
     * @param start where RAM begins, rounded down as the kernel does
     * @param slide bytes by which KASLR moves RAM up in the linear map
     */
    long physOffset(long start, long slide);

    /**
     * Where kernel stacks lie, virtual address.
     *
     * @param image where the image does
     */
    long stacks(long image);

    /** First address of the vmalloc region. */
    long vmallocStart();

    /** Address behind it. */
    long vmallocEnd(KernelEra era);

    /** First address that modules may have. */
    long modulesStart();

    /** Address behind the last. */
    long modulesEnd();

    /** Bits of a physical address ({@code MAX_PHYSMEM_BITS}). */
    int physicalBits();

    /** As {@code uname -m} prints it. */
    String machine();

    /** What kallsyms calls the kernel's root table. */
    String rootSymbol();

    /** What kallsyms calls the mapping of the vDSO. */
    String vdsoSymbol();

    /** How its entries are encoded. */
    Descriptors descriptors();
}
