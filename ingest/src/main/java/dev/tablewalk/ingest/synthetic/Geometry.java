package dev.tablewalk.ingest.synthetic;

/**
 * How an arm64 kernel lays out virtual addresses, tables and descriptors.
 *
 * <p>Levels are the architecture's: 3 holds pages, the root is at {@link #rootLevel()}, which is -1
 * with five levels. Sources: Arm ARM D8.2 and D8.3 (translation granules, descriptor formats),
 * {@code arch/arm64/include/asm/{memory,pgtable-hwdef}.h}.
 *
 * @param pageShift 12, 14 or 16
 * @param vaBits width of a virtual address as the kernel runs
 * @param lpa2 whether descriptors have the layout of FEAT_LPA2 (4 KiB and 16 KiB granules)
 * @param configuredVaBits {@code CONFIG_ARM64_VA_BITS}; 52 where the kernel was built for 52 bits
 *     and runs with fewer because the CPU has no more
 */
public record Geometry(int pageShift, int vaBits, boolean lpa2, int configuredVaBits) {
    public Geometry {
        boolean known =
                switch (pageShift) {
                    case 12 -> vaBits == 39 || vaBits == 48 || (vaBits == 52 && lpa2);
                    case 14 ->
                            vaBits == 36 || vaBits == 47 || vaBits == 48 || (vaBits == 52 && lpa2);
                    case 16 -> !lpa2 && (vaBits == 42 || vaBits == 48 || vaBits == 52);
                    default -> false;
                };
        if (!known || configuredVaBits < vaBits) {
            throw new IllegalArgumentException(
                    "no arm64 kernel has "
                            + (1 << pageShift)
                            + " byte pages with "
                            + vaBits
                            + " of "
                            + configuredVaBits
                            + " VA bits and LPA2 "
                            + lpa2);
        }
    }

    /** A kernel that runs with the width it was built for. */
    public static Geometry arm64(int pageShift, int vaBits, boolean lpa2) {
        return new Geometry(pageShift, vaBits, lpa2, vaBits);
    }

    /** The same, of a kernel built for more bits than its CPU has. */
    public Geometry configuredFor(int bits) {
        return new Geometry(pageShift, vaBits, lpa2, bits);
    }

    /** Bytes in a page. */
    public long pageSize() {
        return 1L << pageShift;
    }

    /** Bits of an address that one full table resolves. */
    public int bitsPerLevel() {
        return pageShift - 3;
    }

    /**
     * Width that the tables are laid out for. With 64 KiB pages both 48 and 52 bits take three
     * levels, and the kernel keeps the root that it was built with ({@code PTRS_PER_PGD}).
     */
    public int tableVaBits() {
        return pageShift == 16 ? configuredVaBits : vaBits;
    }

    /** Number of levels of tables. */
    public int levels() {
        return Math.ceilDiv(tableVaBits() - pageShift, bitsPerLevel());
    }

    /** The architecture's level of the root table. */
    public int rootLevel() {
        return 4 - levels();
    }

    /** Number of bits below the index of a table of this level: log2 of what an entry covers. */
    public int shift(int level) {
        return pageShift + (3 - level) * bitsPerLevel();
    }

    /** Bytes that one entry of a table of this level covers. */
    public long entrySize(int level) {
        return 1L << shift(level);
    }

    /** Entries in a table of this level. */
    public int entries(int level) {
        return level == rootLevel() ? 1 << (tableVaBits() - shift(level)) : 1 << bitsPerLevel();
    }

    /** Bytes of a root table ({@code PGD_SIZE}). */
    public int pgdSize() {
        return entries(rootLevel()) * 8;
    }

    /** Index of a virtual address in a table of this level. */
    public int index(long va, int level) {
        return (int) (va >>> shift(level)) & (entries(level) - 1);
    }

    /** Whether a descriptor of this level may map memory: a page, or a block as D8.3.1 allows. */
    public boolean leafAllowed(int level) {
        return level == 3
                || level == 2
                || (level == 1 && (pageShift == 12 || lpa2 || (pageShift == 16 && vaBits == 52)))
                || (level == 0 && pageShift == 12 && lpa2);
    }

    /** Entries of a run that may have the contiguous bit ({@code CONT_PTES}, {@code CONT_PMDS}). */
    public int contiguousEntries(int level) {
        return switch (pageShift) {
            case 12 -> 16;
            case 14 -> level == 3 ? 128 : 32;
            default -> 32;
        };
    }

    /** Linux's name of a table of this level. */
    public String levelName(int level) {
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

    /** Start of the linear map ({@code PAGE_OFFSET}). */
    public long pageOffset() {
        return -1L << configuredVaBits;
    }

    /** {@code VA_BITS_MIN}: what the kernel can run with at least. */
    public int vaBitsMin() {
        if (configuredVaBits <= 48) {
            return configuredVaBits;
        }
        return pageShift == 14 ? 47 : 48;
    }

    /** {@code MODULES_VADDR}: the end of the linear map's part of the address space. */
    public long modulesVaddr() {
        return -1L << (vaBitsMin() - 1);
    }

    /** {@code KIMAGE_VADDR}: where the kernel image lies without KASLR. */
    public long kimageVaddr() {
        return modulesVaddr() + 0x8000_0000L;
    }

    /** {@code VMEMMAP_START}, with {@code struct page} of 64 bytes. */
    public long vmemmapStart() {
        return -0x4000_0000L - vmemmapSize();
    }

    /** {@code VMEMMAP_START} from 5.11 to 6.8. */
    long vmemmapStartBefore69() {
        return pageOffset() >> (pageShift - 6);
    }

    /** {@code VMEMMAP_SIZE}: {@code struct page} of all that the linear map has room for. */
    long vmemmapSize() {
        return ((modulesVaddr() - pageOffset()) >>> pageShift) * 64;
    }

    /**
     * {@code PHYS_OFFSET}, as VMCOREINFO prints it.
     *
     * @param base physical address that the linear map's first usable byte maps
     */
    public long physOffset(long base) {
        return base - ((-1L << vaBits) - pageOffset());
    }
}
