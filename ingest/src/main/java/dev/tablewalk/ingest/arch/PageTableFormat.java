package dev.tablewalk.ingest.arch;

import dev.tablewalk.graph.LeafAttributes;

/**
 * How the page tables of one guest are laid out, and what their descriptors say.
 *
 * <p>Levels count from 0, a walk's first table, to {@link #levels()} - 1, whose entries map single
 * pages. Immutable; the methods that take a descriptor are pure and allocate nothing unless they
 * return a record.
 */
public interface PageTableFormat {
    /** log2 of the page size in bytes. */
    int pageShift();

    default long pageSize() {
        return 1L << pageShift();
    }

    /** Bits of a virtual address that are translated. */
    int vaBits();

    /** Bits of an output address that a descriptor can hold. */
    int paBits();

    /** Whether descriptors have the form of Arm's FEAT_LPA2. */
    default boolean lpa2() {
        return false;
    }

    int levels();

    /** log2 of the bytes of virtual memory that one entry of a table at this level covers. */
    int shift(int level);

    /** Entries of a table at this level; a root may have fewer than the others. */
    int entries(int level);

    /**
     * Entries of a process's root, from the first on, that translate its own addresses; those
     * behind them are copies of the kernel's root, so that it has them whoever runs.
     */
    int userEntries();

    /** Whether the kernel maps these physical addresses as normal memory, be they RAM or not. */
    default boolean isMappedAnyway(long pa, long size) {
        return false;
    }

    /**
     * Whether two roots of one process lead to the same there, that by which the kernel serves it
     * and that by which it executes its own code.
     */
    default boolean isUserCopy(long kernels, long users) {
        return kernels == users;
    }

    /** Linux's name of the level: PGD, P4D, PUD, PMD or PTE. */
    default String levelName(int level) {
        if (level == 0) {
            return "PGD";
        }
        return switch (levels() - 1 - level) {
            case 0 -> "PTE";
            case 1 -> "PMD";
            case 2 -> "PUD";
            default -> "P4D";
        };
    }

    EntryKind kind(long descriptor, int level);

    /** The physical address that a TABLE or LEAF descriptor holds. */
    long address(long descriptor, int level);

    /**
     * The descriptor with its address bits cleared: equal for leaves that differ in address only.
     */
    long withoutAddress(long descriptor, int level);

    /** A LEAF descriptor with another output address; undoes {@link #address}. */
    long withAddress(long descriptor, int level, long pa);

    LeafAttributes attributes(long descriptor, int level);

    TableLimits limits(long descriptor);

    /** Whether a LEAF asks for device memory. */
    boolean isDevice(long descriptor, int level);

    /**
     * Whether a LEAF bears Linux's mark of memory that has no {@code struct page}, or whose
     * mappings the kernel does not count: {@code pte_special()}.
     */
    boolean isSpecial(long descriptor);

    /**
     * At which levels Linux could have written this entry, every field of it judged but the address
     * that it holds: bits that must be zero, attributes that go together, alignment.
     *
     * @param descriptor not zero
     * @return bit n for level n; at upper levels for tables and blocks alike
     */
    int plausibleLevels(long descriptor);

    /** {@code swp_type} of a SWAP entry. */
    int swapType(long descriptor);

    /** {@code swp_offset} of a SWAP entry, in slots. */
    long swapOffset(long descriptor);

    /**
     * Whether a SWAP entry is one of Linux's markers ({@code is_pte_marker_entry}), which stand for
     * no page: its offset is bits that say which marker.
     */
    boolean isMarker(long descriptor);

    /** The SWAP entry with its offset cleared: equal for entries that differ in slot only. */
    long withoutSwapOffset(long descriptor);

    /** A SWAP entry with another slot; undoes {@link #swapOffset}. */
    long withSwapOffset(long descriptor, long offset);

    /** The address as the hardware sees it: tags and authentication codes taken off. */
    long canonical(long va);

    /**
     * A pointer without the tag that the kernel may keep in the bits that the hardware does not
     * look at, as KASAN does; what is no pointer to the kernel's half stays as it is.
     */
    long untagged(long pointer);

    /** Whether the address belongs to the kernel's half. */
    boolean isKernel(long va);

    /** A tree of the same format that begins at another level, as an identity map may. */
    PageTableFormat withVaBits(int vaBits);
}
