package dev.tablewalk.ingest.arch.x86_64;

import dev.tablewalk.ingest.arch.EntryKind;

/**
 * How Linux lays out entries whose present bit is clear. All that are not empty hold their address
 * or their slot inverted, so that a processor that goes on with it all the same finds no memory
 * there (L1TF): {@code arch/x86/include/asm/pgtable-invert.h}. The layout of a swap entry is in the
 * comment "Encode and de-code a swap entry" of {@code pgtable_64.h}:
 *
 * <pre>
 * 63..59  58..9    8  7  6 5   4  3          2        1           0
 * type    ~offset  0  0  -  -  0  exclusive  uffd-wp  soft-dirty  0
 * </pre>
 *
 * @param markerType {@code SWP_PTE_MARKER} of {@code include/linux/swap.h}: what other types a
 *     kernel has depends on its configuration
 */
record NonPresent(int markerType) {
    static final long PROT_NONE = 1L << 8; // G of an entry that is present
    private static final long ACCESSED = 1L << 5;
    private static final long DIRTY = 1L << 6;

    /**
     * Bits that the hardware may set though the entry is not present, by an erratum of Knights
     * Landing: Linux's _PAGE_KNL_ERRATUM_MASK.
     */
    private static final long STRAY = ACCESSED | DIRTY;

    /** PCD, and PAT or PSE, which would make an entry of an upper level present. */
    private static final long NEVER_IN_SWAP = 1L << 4 | X86Format.PSE;

    private static final int TYPE_SHIFT = 59;
    private static final int OFFSET_SHIFT = 9;
    private static final long OFFSET_MASK = (1L << (TYPE_SHIFT - OFFSET_SHIFT)) - 1;

    /**
     * Above what an offset needs: no swap area is so large, and a PFN with the flags that migration
     * keeps above it ({@code SWP_MIG_TOTAL_BITS} of {@code include/linux/swapops.h}) neither. So
     * all of these are set in a swap entry.
     */
    private static final long ABOVE_OFFSET = 0x7fL << 52;

    /** Protection key, software bits and user, none of which the kernel's own pages have. */
    private static final long NEVER_IN_KERNEL_PAGE = 0x7ffL << 52 | X86Format.USER;

    /** {@code PTE_MARKER_MASK} of {@code include/linux/swapops.h}, and room for more. */
    private static final long MARKER_FLAGS = 0xf;

    /**
     * Markers are the last type; before commit 15520a3f0469 ("mm: use pte markers for swap
     * errors"), {@code SWP_SWAPIN_ERROR} was.
     */
    static final NonPresent MARKER_LAST = new NonPresent(31);

    /** {@code pte_none()} and its like. */
    static boolean isEmpty(long d) {
        return (d & ~STRAY) == 0;
    }

    /**
     * @param d neither present nor empty, at a level where leaves may stand
     * @param huge whether a leaf there is huge, so that bit 7 is PSE
     */
    static EntryKind kind(long d, boolean huge) {
        if (huge && (d & X86Format.PSE) != 0) {
            return EntryKind.LEAF; // pmd_present(): PROT_NONE, or about to be split
        }
        if ((d & PROT_NONE) != 0) {
            return huge ? EntryKind.RESERVED : EntryKind.LEAF;
        }
        if (isUnmappedKernelPage(d)) {
            return EntryKind.LEAF;
        }
        return (d & NEVER_IN_SWAP) == 0 ? EntryKind.SWAP : EntryKind.RESERVED;
    }

    /**
     * Whether it is a page that the kernel took out of its own map, where no bit says so: {@code
     * set_direct_map_invalid_noflush()}, as for {@code memfd_secret}, {@code
     * set_memory_np_noalias()} for what the image no longer needs, {@code
     * kernel_unmap_pages_in_pgd()} for what the firmware no longer does. They clear the present
     * bit, G as it would mean PROT_NONE, and PSE, at times RW and D, and leave the rest: {@code
     * __change_page_attr()} of {@code arch/x86/mm/pat/set_memory.c}. What tells it from a swap
     * entry is that this has all bits set that the slot has no need for.
     */
    static boolean isUnmappedKernelPage(long d) {
        return (d & (PROT_NONE | NEVER_IN_KERNEL_PAGE)) == 0;
    }

    static int type(long d) {
        return (int) (d >>> TYPE_SHIFT);
    }

    static long offset(long d) {
        return ~d >>> OFFSET_SHIFT & OFFSET_MASK;
    }

    static long withoutOffset(long d) {
        return d & ~(OFFSET_MASK << OFFSET_SHIFT);
    }

    static long withOffset(long d, long offset) {
        return withoutOffset(d) | (~offset & OFFSET_MASK) << OFFSET_SHIFT;
    }

    /** Whether a SWAP entry has nothing set that Linux does not write. */
    static boolean isPlausibleSwap(long d) {
        return (d & (STRAY | ABOVE_OFFSET)) == ABOVE_OFFSET;
    }

    /** Whether a SWAP entry is a marker: of their type, and a few flags. */
    boolean isMarker(long d) {
        return type(d) == markerType && offset(d) <= MARKER_FLAGS;
    }
}
