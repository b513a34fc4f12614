package dev.tablewalk.ingest.synthetic;

/**
 * An arm64 kernel's layout. Sources: Arm ARM D8.2 and D8.3 (translation granules, descriptor
 * formats), {@code arch/arm64/include/asm/{memory,pgtable-hwdef}.h}.
 *
 * @param pageShift 12, 14 or 16
 * @param vaBits width of a virtual address as the kernel runs
 * @param lpa2 whether descriptors have the layout of FEAT_LPA2 (4 KiB and 16 KiB granules)
 * @param configuredVaBits {@code CONFIG_ARM64_VA_BITS}; 52 where the kernel was built for 52 bits
 *     and runs with fewer because the CPU has no more
 */
public record Arm64Geometry(int pageShift, int vaBits, boolean lpa2, int configuredVaBits)
        implements Geometry {
    /** {@code VMALLOC_END} lies so far below {@code VMEMMAP_START}. */
    private static final long VMALLOC_GAP = 0x80_0000;

    public Arm64Geometry {
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

    /** The same, of a kernel built for more bits than its CPU has. */
    public Arm64Geometry configuredFor(int bits) {
        return new Arm64Geometry(pageShift, vaBits, lpa2, bits);
    }

    /**
     * Width that the tables are laid out for. With 64 KiB pages both 48 and 52 bits take three
     * levels, and the kernel keeps the root that it was built with ({@code PTRS_PER_PGD}).
     */
    @Override
    public int tableVaBits() {
        return pageShift == 16 ? configuredVaBits : vaBits;
    }

    /** Whether a descriptor of this level may map memory: a page, or a block as D8.3.1 allows. */
    @Override
    public boolean leafAllowed(int level) {
        return level == 3
                || level == 2
                || (level == 1 && (pageShift == 12 || lpa2 || (pageShift == 16 && vaBits == 52)))
                || (level == 0 && pageShift == 12 && lpa2);
    }

    /** Entries of a run that may have the contiguous bit ({@code CONT_PTES}, {@code CONT_PMDS}). */
    @Override
    public int contiguousEntries(int level) {
        return switch (pageShift) {
            case 12 -> 16;
            case 14 -> level == 3 ? 128 : 32;
            default -> 32;
        };
    }

    @Override
    public boolean sharesRoot() {
        return false;
    }

    @Override
    public long userEnd() {
        return 1L << vaBits;
    }

    /** {@code PAGE_OFFSET}. */
    @Override
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

    @Override
    public long linearEnd() {
        return modulesVaddr();
    }

    /** {@code MODULES_VADDR}: the end of the linear map's part of the address space. */
    public long modulesVaddr() {
        return -1L << (vaBitsMin() - 1);
    }

    /** {@code KIMAGE_VADDR}: where the kernel image lies without KASLR. */
    @Override
    public long kimageVaddr() {
        return modulesVaddr() + 0x8000_0000L;
    }

    @Override
    public long kaslrRange() {
        return 1L << 30;
    }

    @Override
    public int imageHead() {
        return 0x1_0000;
    }

    /** Further from the image than a reader looks for its end. */
    @Override
    public long stacks(long image) {
        return image + (1L << 30);
    }

    @Override
    public int physicalBits() {
        return configuredVaBits == 52 ? 52 : 48;
    }

    @Override
    public String machine() {
        return "aarch64";
    }

    @Override
    public String rootSymbol() {
        return "swapper_pg_dir";
    }

    @Override
    public String vdsoSymbol() {
        return "aarch64_vdso_map";
    }

    @Override
    public Descriptors descriptors() {
        return new Arm64Descriptors(this);
    }

    @Override
    public long vmallocStart() {
        return kimageVaddr();
    }

    @Override
    public long vmallocEnd(KernelEra era) {
        return vmemmapStart(era) - VMALLOC_GAP;
    }

    @Override
    public long modulesStart() {
        return modulesVaddr();
    }

    @Override
    public long modulesEnd() {
        return kimageVaddr();
    }

    /** {@code VMEMMAP_START} of a kernel of that era. */
    public long vmemmapStart(KernelEra era) {
        return era == KernelEra.LINUX_6_12 ? vmemmapStart() : vmemmapStartBefore69();
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

    @Override
    public long physOffset(long start, long slide) {
        return physOffset(start - slide);
    }
}
