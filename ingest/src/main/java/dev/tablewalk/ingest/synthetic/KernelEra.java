package dev.tablewalk.ingest.synthetic;

/** What differs between kernels in how they keep tasks, VMAs and page-table entries. */
public enum KernelEra {
    /** VMAs in a list, two-bit wider swap types, PROT_NONE in bit 58. */
    LINUX_5_15("5.15.0-synthetic", false, true, SwapLayout.TYPE_2_OFFSET_8),
    /** VMAs in a maple tree (since 6.1), PROT_NONE in bit 58. */
    LINUX_6_1("6.1.0-synthetic", true, true, SwapLayout.TYPE_3_OFFSET_8),
    /** PROT_NONE is {@code PTE_PRESENT_INVALID}, bit 11 with bit 0 clear (since 6.10). */
    LINUX_6_12("6.12.0-synthetic", true, false, SwapLayout.TYPE_6_OFFSET_12);

    private final String release;
    private final boolean mapleTree;
    private final boolean protNoneInBit58;
    private final SwapLayout swapLayout;

    KernelEra(String release, boolean mapleTree, boolean protNoneInBit58, SwapLayout swapLayout) {
        this.release = release;
        this.mapleTree = mapleTree;
        this.protNoneInBit58 = protNoneInBit58;
        this.swapLayout = swapLayout;
    }

    /** {@code uname -r}. */
    public String release() {
        return release;
    }

    /** Whether VMAs are in {@code mm_struct.mm_mt}; if not, they are in {@code mm_struct.mmap}. */
    public boolean mapleTree() {
        return mapleTree;
    }

    /** Whether a present entry that is not valid has bit 58; if not, it has bit 11. */
    public boolean protNoneInBit58() {
        return protNoneInBit58;
    }

    /**
     * Whether {@code page_type} has a number in its highest byte; if not, it is all ones but for a
     * bit (commit 4ffca5a96678, 6.12).
     */
    public boolean pageTypeInByte() {
        return this == LINUX_6_12;
    }

    /** Whether VMCOREINFO tells where regions of the kernel's addresses lie (since 6.0). */
    boolean tellsRegions() {
        return this != LINUX_5_15;
    }

    /**
     * Whether the kernel marks a process's table of this level in {@code struct page}: those of the
     * two lowest always, PUDs in newer kernels, others never.
     */
    public boolean marksTable(String levelName) {
        return switch (levelName) {
            case "PTE", "PMD" -> true;
            case "PUD" -> this == LINUX_6_12;
            default -> false;
        };
    }

    public SwapLayout swapLayout() {
        return swapLayout;
    }
}
