package dev.tablewalk.ingest.synthetic;

/**
 * An x86-64 kernel's layout. Sources: {@code Documentation/arch/x86/x86_64/mm.rst}, {@code
 * arch/x86/include/asm/{pgtable_64_types,page_64_types}.h}.
 *
 * @param levels 4 or 5
 */
public record X86Geometry(int levels) implements Geometry {
    /** {@code __START_KERNEL_map}: where the image would lie if its PA were 0. */
    static final long START_KERNEL_MAP = 0xffff_ffff_8000_0000L;

    /** {@code KERNEL_IMAGE_SIZE} with KASLR; modules follow. */
    static final long KERNEL_IMAGE_SIZE = 1L << 30;

    /** {@code CPU_ENTRY_AREA_BASE}. */
    static final long CPU_ENTRY_AREA = -2L << 40;

    private static final long MODULES_END = 0xffff_ffff_ff00_0000L;

    /** {@code CONFIG_PHYSICAL_START}. */
    private static final long PHYSICAL_START = 0x100_0000;

    public X86Geometry {
        if (levels != 4 && levels != 5) {
            throw new IllegalArgumentException("no x86-64 kernel has " + levels + " levels");
        }
    }

    @Override
    public int pageShift() {
        return 12;
    }

    @Override
    public int vaBits() {
        return levels == 5 ? 57 : 48;
    }

    /** Pages of 4 KiB, 2 MiB and 1 GiB. */
    @Override
    public boolean leafAllowed(int level) {
        return level >= 1;
    }

    @Override
    public int contiguousEntries(int level) {
        return 1;
    }

    @Override
    public boolean sharesRoot() {
        return true;
    }

    /** {@code TASK_SIZE_MAX}: the last page of the half is left out. */
    @Override
    public long userEnd() {
        return (1L << (vaBits() - 1)) - pageSize();
    }

    /** {@code __PAGE_OFFSET_BASE_L4}, {@code __PAGE_OFFSET_BASE_L5}. */
    @Override
    public long pageOffset() {
        return levels == 5 ? 0xff11_0000_0000_0000L : 0xffff_8880_0000_0000L;
    }

    @Override
    public long linearEnd() {
        return vmallocStart();
    }

    /** {@code __VMALLOC_BASE_L4}, {@code __VMALLOC_BASE_L5}. */
    @Override
    public long vmallocStart() {
        return levels == 5 ? 0xffa0_0000_0000_0000L : 0xffff_c900_0000_0000L;
    }

    /** {@code VMALLOC_END}, exclusive: {@code VMALLOC_SIZE_TB_L4}, {@code VMALLOC_SIZE_TB_L5}. */
    @Override
    public long vmallocEnd(KernelEra era) {
        return vmallocStart() + ((levels == 5 ? 12_800L : 32L) << 40);
    }

    @Override
    public long modulesStart() {
        return START_KERNEL_MAP + KERNEL_IMAGE_SIZE;
    }

    @Override
    public long modulesEnd() {
        return MODULES_END;
    }

    /** {@code __VMEMMAP_BASE_L4}, {@code __VMEMMAP_BASE_L5}: {@code struct page} of PFN 0. */
    long vmemmapBase() {
        return levels == 5 ? 0xffd4_0000_0000_0000L : 0xffff_ea00_0000_0000L;
    }

    @Override
    public long kimageVaddr() {
        return START_KERNEL_MAP + PHYSICAL_START;
    }

    @Override
    public long kaslrRange() {
        return KERNEL_IMAGE_SIZE - 2 * PHYSICAL_START;
    }

    @Override
    public int imageHead() {
        return 0;
    }

    /** The linear map has PA 0 wherever RAM begins. */
    @Override
    public long physOffset(long start, long slide) {
        return -slide;
    }

    @Override
    public long stacks(long image) {
        return vmallocStart();
    }

    @Override
    public int physicalBits() {
        return levels == 5 ? 52 : 46;
    }

    @Override
    public String machine() {
        return "x86_64";
    }

    @Override
    public String rootSymbol() {
        return "init_top_pgt";
    }

    @Override
    public String vdsoSymbol() {
        return "vdso_mapping";
    }

    @Override
    public Descriptors descriptors() {
        return new X86Descriptors();
    }
}
