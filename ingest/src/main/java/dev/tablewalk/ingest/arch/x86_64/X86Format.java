package dev.tablewalk.ingest.arch.x86_64;

import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.arch.TableLimits;

/**
 * Descriptors of 4-level and 5-level paging. Bit positions: Intel SDM, volume 3A, 4.5.4 and the
 * tables there; software bits: Linux {@code arch/x86/include/asm/pgtable_types.h}.
 */
final class X86Format implements PageTableFormat {
    static final long PRESENT = 1;
    private static final long WRITE = 1L << 1; // R/W
    static final long USER = 1L << 2; // U/S
    private static final long ACCESSED = 1L << 5;
    private static final long DIRTY = 1L << 6;

    /** PS: a leaf at an upper level. In a PTE the bit is the highest of the memory type, PAT. */
    static final long PSE = 1L << 7;

    private static final long GLOBAL = 1L << 8;
    private static final long SPECIAL = 1L << 9; // Linux's _PAGE_SPECIAL
    private static final long UFFD_WP = 1L << 10; // Linux's _PAGE_UFFD_WP
    private static final long SOFTWARE_HIGH = 1L << 57; // _PAGE_BIT_SOFTW4
    private static final long SAVED_DIRTY = 1L << 58; // Linux's _PAGE_SAVED_DIRTY
    private static final long PROTECTION_KEY = 15L << 59;
    private static final long NO_EXECUTE = 1L << 63;

    /** Ignored by the hardware, and by Linux. */
    private static final long UNUSED = 31L << 52;

    /** _PAGE_NOPTISHADOW of a root's entry, which was bit 58 first. */
    private static final long NO_PTI_SHADOW = 1L << 58 | 1L << 9;

    static final int PAGE_SHIFT = 12;
    private static final int BITS_PER_LEVEL = 9;
    private static final int PA_BITS = 52;

    /**
     * {@code ISA_END_ADDRESS}: up to there lie the RAM of old, video memory and firmware, which
     * {@code init_mem_mapping()} maps in one ({@code arch/x86/mm/init.c}).
     */
    private static final long ISA_END = 1L << 20;

    private static final long ADDRESS = (1L << PA_BITS) - (1L << PAGE_SHIFT);

    private final int vaBits;
    private final int levels;

    /** Bits of an entry that hold nothing but an address. */
    private final long addressBits;

    private final long encrypted;
    private final NonPresent nonPresent;

    /**
     * @param vaBits 48 with 4 levels, 57 with 5
     */
    X86Format(int vaBits) {
        this(vaBits, 0, NonPresent.MARKER_LAST);
    }

    private X86Format(int vaBits, long encrypted, NonPresent nonPresent) {
        this.vaBits = vaBits;
        this.levels = (vaBits - PAGE_SHIFT + BITS_PER_LEVEL - 1) / BITS_PER_LEVEL;
        this.addressBits = ADDRESS & ~encrypted;
        this.encrypted = encrypted;
        this.nonPresent = nonPresent;
    }

    /**
     * With the bit that says of memory that it is encrypted (AMD SME), which is no part of the
     * address where it lies.
     *
     * @param mask {@code NUMBER(sme_mask)} of {@code VMCOREINFO}; 0 if there is none
     */
    X86Format withSmeMask(long mask) {
        return new X86Format(vaBits, mask, nonPresent);
    }

    /**
     * @param type {@code SWP_PTE_MARKER} of the kernel: the swap type of its markers
     */
    X86Format withMarkerType(int type) {
        return new X86Format(vaBits, encrypted, new NonPresent(type));
    }

    @Override
    public X86Format withVaBits(int bits) {
        return new X86Format(bits, encrypted, nonPresent);
    }

    @Override
    public int pageShift() {
        return PAGE_SHIFT;
    }

    @Override
    public int vaBits() {
        return vaBits;
    }

    @Override
    public int paBits() {
        return PA_BITS;
    }

    @Override
    public int levels() {
        return levels;
    }

    @Override
    public int shift(int level) {
        return PAGE_SHIFT + (levels - 1 - level) * BITS_PER_LEVEL;
    }

    @Override
    public int entries(int level) {
        return level == 0 ? 1 << (vaBits - shift(0)) : 1 << BITS_PER_LEVEL;
    }

    /** The kernel must not execute a process's code: {@code __pti_set_user_pgtbl()}. */
    @Override
    public boolean isUserCopy(long kernels, long users) {
        return ((kernels ^ users) & ~NO_EXECUTE) == 0;
    }

    @Override
    public boolean isMappedAnyway(long pa, long size) {
        return pa + size <= ISA_END;
    }

    @Override
    public int userEntries() {
        return entries(0) / 2;
    }

    /** Whether a leaf may stand at the level: pages of 4 KiB, 2 MiB and 1 GiB. */
    private boolean allowsLeaf(int level) {
        return level >= levels - 3;
    }

    @Override
    public EntryKind kind(long d, int level) {
        boolean upper = level < levels - 1;
        if ((d & PRESENT) != 0) {
            if (upper && (d & PSE) == 0) {
                return EntryKind.TABLE;
            }
            return allowsLeaf(level) ? EntryKind.LEAF : EntryKind.RESERVED;
        }
        if (NonPresent.isEmpty(d)) {
            return EntryKind.EMPTY;
        }
        return allowsLeaf(level) ? NonPresent.kind(d, upper) : EntryKind.RESERVED;
    }

    /**
     * What Linux writes: Intel SDM 4.5.4 for what must be zero; {@code pgtable_types.h} for what
     * goes together.
     */
    @Override
    public int plausibleLevels(long d) {
        if (d >>> PAGE_SHIFT == 0) {
            return 0; // a small number: Linux uses frame 0 for nothing, so maps it with NX at most
        }
        int mask = 0;
        for (int level = 0; level < levels; level++) {
            boolean plausible =
                    switch (kind(d, level)) {
                        case TABLE -> isPlausibleTable(d, level);
                        case LEAF -> isSound(d, level) && goesTogether(d, level);
                        case SWAP -> level >= levels - 2 && NonPresent.isPlausibleSwap(d);
                        case EMPTY, RESERVED -> false;
                    };
            mask |= plausible ? 1 << level : 0;
        }
        return mask;
    }

    /**
     * {@code _PAGE_TABLE} and {@code _KERNPG_TABLE}, with what {@code pti_set_user_pgtbl()} adds;
     * or {@code PGTABLE_PROT} of {@code arch/x86/kernel/espfix_64.c}.
     */
    private boolean isPlausibleTable(long d, int level) {
        long flags = d & ~addressMask(d, level) & ~encrypted & ~ACCESSED;
        if (level > 0 && flags == (PRESENT | DIRTY | NO_EXECUTE)) {
            return true;
        }
        long ofRoot = level == 0 ? NO_EXECUTE | NO_PTI_SHADOW : 0;
        return (flags & ~(ofRoot | USER)) == (PRESENT | WRITE | DIRTY);
    }

    /** What holds of every leaf. */
    private boolean isSound(long d, int level) {
        int memory = memoryIndex(d, level);
        return (d & UNUSED) == 0 && MemoryTypes.isUsed(memory) && isAligned(d, level);
    }

    private boolean goesTogether(long d, int level) {
        if (isInverted(d) && (d & NonPresent.PROT_NONE) != 0) {
            return (d & (WRITE | USER | NO_EXECUTE)) == 0; // PAGE_NONE
        }
        boolean writeBack = memoryIndex(d, level) == 0;
        if (!writeBack && ((d & NO_EXECUTE) == 0 || (d & (PRESENT | PSE)) == 0)) {
            return false;
        }
        if ((d & USER) != 0) {
            // The vsyscall page alone is the kernel's, so global, and the user's.
            return (d & (GLOBAL | WRITE)) != (GLOBAL | WRITE);
        }
        long neverKernels = UFFD_WP | SOFTWARE_HIGH | SAVED_DIRTY | PROTECTION_KEY;
        return (d & ACCESSED) != 0 && (d & neverKernels) == 0;
    }

    /**
     * Whether nothing lies between the address of a huge leaf and its attributes. Linux inverts
     * what lies there with the address, or leaves it: {@code pte_modify()} treats a page of
     * hugetlbfs as if it were small, {@code pmd_modify()} does not.
     */
    private boolean isAligned(long d, int level) {
        long between = belowAddress(level);
        long bits = d & between;
        return bits == 0 || (isInverted(d) && bits == between);
    }

    /** Bits 20:13 of a leaf of 2 MiB, 29:13 of one of 1 GiB. */
    private long belowAddress(int level) {
        return level == levels - 1 ? 0 : (1L << shift(level)) - (1L << (PAGE_SHIFT + 1));
    }

    /**
     * {@code __pte_needs_invert()}. Linux asks it of the attributes when it writes an entry, so
     * where it clears the last of them, the address stays as it is.
     */
    private boolean isInverted(long d) {
        return (d & PRESENT) == 0 && (d & ~addressBits) != 0;
    }

    /**
     * Where the address is. What a leaf has below the size of what it maps is none of it, and Linux
     * masks it off after it has inverted the rest.
     */
    private long addressMask(long d, int level) {
        boolean table = (d & (PRESENT | PSE)) == PRESENT;
        int lowest = table ? PAGE_SHIFT : shift(level);
        return addressBits & -(1L << lowest);
    }

    @Override
    public long address(long d, int level) {
        return (isInverted(d) ? ~d : d) & addressMask(d, level);
    }

    @Override
    public long withoutAddress(long d, int level) {
        return d & ~addressMask(d, level);
    }

    @Override
    public long withAddress(long d, int level, long pa) {
        return withoutAddress(d, level) | ((isInverted(d) ? ~pa : pa) & addressMask(d, level));
    }

    /**
     * Of a page that allows no access, what the bits say that remain: neither user nor writable, as
     * {@code PAGE_NONE} has neither. Nor has it NX, so nothing that is not present counts as
     * executable by the kernel: else every such page of a process would.
     *
     * <p>Nor does what user mode may access. No bit of a leaf keeps the kernel from executing that:
     * CR4.SMEP does, which Linux sets on every processor that has it (Intel SDM, volume 3A, 4.6.1).
     *
     * <p>Writable is R/W alone: a shadow stack, which only calls and returns write, is not.
     */
    @Override
    public LeafAttributes attributes(long d, int level) {
        boolean present = (d & PRESENT) != 0;
        boolean user = (d & USER) != 0;
        boolean execute = (d & NO_EXECUTE) == 0;
        boolean write = (d & WRITE) != 0;
        return new LeafAttributes(
                present,
                write,
                execute && user,
                execute && !user && present,
                user,
                (d & ACCESSED) != 0,
                // Linux pte_dirty(); before it had that bit, it was _PAGE_DEVMAP.
                (d & DIRTY) != 0 || (!write && (d & SAVED_DIRTY) != 0),
                present && (d & GLOBAL) != 0,
                false,
                isSpecial(d),
                MemoryTypes.name(memoryIndex(d, level)));
    }

    /** PAT, PCD and PWT of a LEAF. */
    private int memoryIndex(long d, int level) {
        return (pat(d, level) << 2) | ((int) (d >>> 3) & 3);
    }

    /** Of a huge leaf it is bit 12; bit 13 tells if that was inverted: {@link #isAligned}. */
    private int pat(long d, int level) {
        if (level == levels - 1) {
            return (int) (d >>> 7) & 1;
        }
        return (int) ((d ^ (isInverted(d) ? d >>> 1 : 0)) >>> PAGE_SHIFT) & 1;
    }

    @Override
    public boolean isDevice(long d, int level) {
        return MemoryTypes.isDevice(memoryIndex(d, level));
    }

    @Override
    public boolean isSpecial(long d) {
        return (d & SPECIAL) != 0;
    }

    /**
     * The rights of all levels multiply: Intel SDM, volume 3A, 4.6. With page-table isolation the
     * kernel's root forbids executing of all user memory; what a process runs in is the other one.
     */
    @Override
    public TableLimits limits(long d) {
        boolean noExecute = (d & NO_EXECUTE) != 0;
        return new TableLimits((d & WRITE) == 0, (d & USER) == 0, noExecute, noExecute);
    }

    @Override
    public int swapType(long d) {
        return NonPresent.type(d);
    }

    @Override
    public long swapOffset(long d) {
        return NonPresent.offset(d);
    }

    @Override
    public boolean isMarker(long d) {
        return nonPresent.isMarker(d);
    }

    @Override
    public long withoutSwapOffset(long d) {
        return NonPresent.withoutOffset(d);
    }

    @Override
    public long withSwapOffset(long d, long offset) {
        return NonPresent.withOffset(d, offset);
    }

    /** Pointers to the kernel's half have no tags; LAM is for those of processes only. */
    @Override
    public long untagged(long pointer) {
        return pointer;
    }

    /** An address that is not canonical faults. */
    @Override
    public long canonical(long va) {
        return va;
    }

    @Override
    public boolean isKernel(long va) {
        return va >> (vaBits - 1) == -1;
    }
}
