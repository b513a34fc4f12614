package dev.tablewalk.ingest.arch.arm64;

import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.arch.TableLimits;

/**
 * Stage 1 descriptors. Bit positions: Arm ARM D8.3.1 (table and block formats) and D8.3.2 (lower
 * and upper attributes); software bits: Linux {@code pgtable-prot.h}.
 */
final class Arm64Format implements PageTableFormat {
    static final long VALID = 1;
    static final long TABLE_BIT = 1L << 1;
    private static final long USER = 1L << 6; // AP[1]
    private static final long READ_ONLY = 1L << 7; // AP[2]
    private static final long NON_SECURE = 1L << 5; // NS
    private static final long SHAREABLE = 3L << 8; // SH: inner shareable
    private static final long ACCESSED = 1L << 10; // AF
    private static final long NOT_GLOBAL = 1L << 11; // nG
    private static final long WRITE = 1L << 51; // DBM: Linux's PTE_WRITE
    private static final long CONTIGUOUS = 1L << 52;
    private static final long KERNEL_XN = 1L << 53;
    private static final long USER_XN = 1L << 54;
    private static final long SOFT_DIRTY = 1L << 55; // Linux's PTE_DIRTY
    private static final long SPECIAL = 1L << 56; // Linux's PTE_SPECIAL
    private static final long OVERLAY = 7L << 60; // POIndex: Linux's PTE_PO_IDX_MASK
    private static final long RESERVED_HIGH = 1L << 63 | 1L << 59;
    private static final long NO_ACCESS = READ_ONLY | KERNEL_XN | USER_XN;
    private static final long KERNEL_XN_TABLE = 1L << 59;
    private static final long USER_XN_TABLE = 1L << 60;
    private static final long NO_USER_TABLE = 1L << 61; // APTable[0]
    private static final long READ_ONLY_TABLE = 1L << 62; // APTable[1]

    private final int pageShift;
    private final int vaBits;
    private final boolean lpa2;
    private final boolean lpa64k;
    private final int levels;
    private final int bitsPerLevel;
    private final long addressMask;
    private final MemoryTypes memoryTypes;
    private final NonPresent nonPresent;

    /** nG of the kernel's own pages, which it sets under KPTI: {@code PTE_MAYBE_NG}. */
    private final long kernelNotGlobal;

    /**
     * @param lpa2 FEAT_LPA2's descriptors (TCR.DS): only with 4 and 16 KiB pages
     */
    Arm64Format(
            int pageShift,
            int vaBits,
            boolean lpa2,
            MemoryTypes memoryTypes,
            NonPresent nonPresent) {
        this(pageShift, vaBits, lpa2, memoryTypes, nonPresent, 0);
    }

    private Arm64Format(
            int pageShift,
            int vaBits,
            boolean lpa2,
            MemoryTypes memoryTypes,
            NonPresent nonPresent,
            long kernelNotGlobal) {
        this.pageShift = pageShift;
        this.vaBits = vaBits;
        this.lpa2 = lpa2;
        this.lpa64k = pageShift == 16;
        this.bitsPerLevel = pageShift - 3;
        this.levels = (vaBits - pageShift + bitsPerLevel - 1) / bitsPerLevel;
        int top = lpa2 ? 49 : 47;
        long mask = ((1L << (top + 1)) - 1) & -(1L << pageShift);
        // What the descriptor has no room for at its place lies in the low attribute bits.
        this.addressMask = mask | (lpa2 ? 0x300 : 0) | (lpa64k ? 0xf000 : 0);
        this.memoryTypes = memoryTypes;
        this.nonPresent = nonPresent;
        this.kernelNotGlobal = kernelNotGlobal;
    }

    /** With what a leaf of the kernel's own says that maps its image. */
    Arm64Format withKernelLeaf(long leaf) {
        return new Arm64Format(
                pageShift,
                vaBits,
                lpa2,
                MemoryTypes.ofNormalIndex(memoryIndex(leaf)),
                nonPresent,
                leaf & NOT_GLOBAL);
    }

    Arm64Format with(NonPresent encoding) {
        return new Arm64Format(pageShift, vaBits, lpa2, memoryTypes, encoding, kernelNotGlobal);
    }

    @Override
    public Arm64Format withVaBits(int bits) {
        return new Arm64Format(pageShift, bits, lpa2, memoryTypes, nonPresent, kernelNotGlobal);
    }

    /** Whether this can be a {@code vm_page_prot}: attributes, and no address. */
    static boolean isPageProt(long prot) {
        return prot != 0 && (prot & 0x0007_ffff_ffff_f000L) == 0;
    }

    @Override
    public int pageShift() {
        return pageShift;
    }

    @Override
    public int vaBits() {
        return vaBits;
    }

    @Override
    public int paBits() {
        return lpa2 || lpa64k ? 52 : 48;
    }

    @Override
    public int levels() {
        return levels;
    }

    @Override
    public boolean lpa2() {
        return lpa2;
    }

    @Override
    public int shift(int level) {
        return pageShift + (levels - 1 - level) * bitsPerLevel;
    }

    @Override
    public int entries(int level) {
        return level == 0 ? 1 << (vaBits - shift(0)) : 1 << bitsPerLevel;
    }

    @Override
    public int userEntries() {
        return entries(0); // the kernel's addresses are translated by a root of their own
    }

    /** Whether a block may stand at the level: 2 MiB, 1 GiB and their like, more with LPA2. */
    private boolean allowsBlock(int level) {
        return switch (levels - 1 - level) {
            case 1 -> true;
            case 2 -> pageShift == 12 || lpa2 || lpa64k;
            case 3 -> pageShift == 12 && lpa2;
            default -> false;
        };
    }

    @Override
    public EntryKind kind(long d, int level) {
        if ((d & VALID) != 0) {
            if (level == levels - 1) {
                return (d & TABLE_BIT) != 0 ? EntryKind.LEAF : EntryKind.RESERVED;
            }
            if ((d & TABLE_BIT) != 0) {
                return EntryKind.TABLE;
            }
            return allowsBlock(level) ? EntryKind.LEAF : EntryKind.RESERVED;
        }
        if (d == 0) {
            return EntryKind.EMPTY;
        }
        if (level < levels - 1 && !allowsBlock(level)) {
            return EntryKind.RESERVED;
        }
        if ((d & nonPresent.presentInvalid()) != 0) {
            return EntryKind.LEAF;
        }
        if ((d & TABLE_BIT) == 0) {
            return EntryKind.SWAP;
        }
        // The kernel takes pages out of its own map so: set_direct_map_invalid_noflush().
        boolean kernelPage = (d & (ACCESSED | NOT_GLOBAL | USER)) == (ACCESSED | kernelNotGlobal);
        return kernelPage ? EntryKind.LEAF : EntryKind.RESERVED;
    }

    /**
     * What Linux writes: Arm ARM D8.3.1 for what must be zero; {@code pgtable-prot.h} for what goes
     * together: every page of a process is nG and never executable by the kernel (PAGE_SHARED_EXEC
     * and its like), memory is inner shareable always (PTE_SHARED), and no access means neither
     * writable nor executable (PAGE_NONE).
     */
    @Override
    public int plausibleLevels(long d) {
        int last = levels - 1;
        if ((d & VALID) == 0) {
            return plausibleNonValid(d);
        }
        if ((d & TABLE_BIT) != 0) {
            int mask = isPlausibleTable(d) ? (1 << last) - 1 : 0;
            return isPlausibleLeaf(d, last) ? mask | 1 << last : mask;
        }
        int mask = 0;
        for (int level = 0; level < last; level++) {
            if (allowsBlock(level) && isPlausibleLeaf(d, level)) {
                mask |= 1 << level;
            }
        }
        return mask;
    }

    private int plausibleNonValid(long d) {
        int last = levels - 1;
        boolean noAccess =
                (d & nonPresent.presentInvalid()) != 0
                        && (d & NO_ACCESS) == NO_ACCESS
                        && (d & (USER | WRITE)) != (USER | WRITE);
        if (kind(d, last) == EntryKind.SWAP) {
            int levelsOfLeaves = 1 << last | (last > 0 ? 1 << (last - 1) : 0);
            return (d & nonPresent.neverInSwap()) == 0 ? levelsOfLeaves : 0;
        }
        int mask = 0;
        for (int level = 0; level <= last; level++) {
            boolean leaf = level == last ? (d & TABLE_BIT) != 0 : allowsBlock(level);
            boolean kernels = level == last && kind(d, level) == EntryKind.LEAF;
            if (leaf && (noAccess || kernels) && isPlausibleLeaf(d, level)) {
                mask |= 1 << level;
            }
        }
        return mask;
    }

    private boolean isPlausibleTable(long d) {
        long allowed =
                addressMask
                        | VALID
                        | TABLE_BIT
                        | ACCESSED // with hardware management of it: FEAT_HAFT
                        | KERNEL_XN_TABLE
                        | USER_XN_TABLE
                        | NO_USER_TABLE
                        | READ_ONLY_TABLE;
        return (d & ~allowed) == 0;
    }

    private boolean isPlausibleLeaf(long d, int level) {
        boolean user = (d & USER) != 0;
        boolean notGlobal = (d & NOT_GLOBAL) != 0;
        long mustBeZero = NON_SECURE | RESERVED_HIGH | (user ? 0 : OVERLAY) | unusedAddressBits();
        boolean sound =
                (d & mustBeZero & ~nonPresent.presentInvalid()) == 0
                        && memoryTypes.isKnown(memoryIndex(d))
                        && (lpa2 || (d & SHAREABLE) == SHAREABLE)
                        && (address(d, level) & ((1L << shift(level)) - 1)) == 0;
        boolean together =
                user ? notGlobal && (d & KERNEL_XN) != 0 : notGlobal || (d & ACCESSED) != 0;
        return sound && together;
    }

    /** Bits between an address and the attributes, on both sides of it, that hold nothing. */
    private long unusedAddressBits() {
        long low = pageShift == 12 || lpa64k ? 0 : ((1L << pageShift) - 1) & -(1L << 12);
        return low | (lpa2 ? 0 : 3L << 48);
    }

    @Override
    public long address(long d, int level) {
        long a = d & addressMask;
        if (lpa2) {
            return (a & ~0x300L) | (a & 0x300L) << 42; // bits 9:8 are PA[51:50]
        }
        if (lpa64k) {
            return (a & ~0xf000L) | (a & 0xf000L) << 36; // bits 15:12 are PA[51:48]
        }
        return a;
    }

    @Override
    public long withoutAddress(long d, int level) {
        return d & ~addressMask;
    }

    @Override
    public long withAddress(long d, int level, long pa) {
        long a = pa;
        if (lpa2) {
            a |= pa >>> 42 & 0x300;
        } else if (lpa64k) {
            a |= pa >>> 36 & 0xf000;
        }
        return (d & ~addressMask) | (a & addressMask);
    }

    @Override
    public LeafAttributes attributes(long d, int level) {
        boolean readOnly = (d & READ_ONLY) != 0;
        boolean write = (d & WRITE) != 0;
        return new LeafAttributes(
                (d & VALID) != 0,
                !readOnly || write,
                (d & USER_XN) == 0,
                (d & KERNEL_XN) == 0,
                (d & USER) != 0,
                (d & ACCESSED) != 0,
                (d & SOFT_DIRTY) != 0 || (write && !readOnly), // Linux pte_dirty()
                (d & NOT_GLOBAL) == 0,
                (d & CONTIGUOUS) != 0,
                isSpecial(d),
                memoryTypes.name(memoryIndex(d)));
    }

    static int memoryIndex(long d) {
        return (int) (d >>> 2) & 7;
    }

    @Override
    public boolean isDevice(long d, int level) {
        return memoryTypes.isDevice(memoryIndex(d));
    }

    @Override
    public boolean isSpecial(long d) {
        return (d & SPECIAL) != 0;
    }

    @Override
    public TableLimits limits(long d) {
        return new TableLimits(
                (d & READ_ONLY_TABLE) != 0,
                (d & NO_USER_TABLE) != 0,
                (d & USER_XN_TABLE) != 0,
                (d & KERNEL_XN_TABLE) != 0);
    }

    @Override
    public int swapType(long d) {
        return (int) (d >>> nonPresent.typeShift()) & ((1 << nonPresent.typeBits()) - 1);
    }

    @Override
    public long swapOffset(long d) {
        return d >>> nonPresent.offsetShift() & nonPresent.offsetMask();
    }

    @Override
    public boolean isMarker(long d) {
        return nonPresent.isMarker(d);
    }

    @Override
    public long withoutSwapOffset(long d) {
        return d & ~(nonPresent.offsetMask() << nonPresent.offsetShift());
    }

    @Override
    public long withSwapOffset(long d, long offset) {
        return withoutSwapOffset(d)
                | (offset & nonPresent.offsetMask()) << nonPresent.offsetShift();
    }

    /**
     * Top Byte Ignore; bit 55 says which half it is. Linux {@code __tag_reset()} of {@code
     * arch/arm64/include/asm/memory.h}.
     */
    @Override
    public long untagged(long pointer) {
        long without = pointer << 8 >> 8;
        return without >> vaBits == -1 ? without : pointer;
    }

    @Override
    public long canonical(long va) {
        return isKernel(va) ? va | -1L << vaBits : va & (1L << vaBits) - 1;
    }

    @Override
    public boolean isKernel(long va) {
        return (va >>> 55 & 1) != 0;
    }
}
