package dev.tablewalk.ingest.scan;

import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;

/**
 * Tells by content alone which frames are page tables: every entry must be one that Linux writes at
 * the table's level, lead to RAM or to devices, and point to what can be a table of the next level.
 * A table that does not fill its frame, as small roots, is not looked for.
 */
public final class TableScan implements RamScan.FrameVisitor {
    /**
     * In the mask of a frame: it holds nothing but zeroes, so it may be an empty table; or the
     * image does not hold it, so it may be any.
     */
    private static final int EMPTY = 1 << 7;

    private final PhysicalMemory memory;
    private final PageTableFormat format;
    private final FrameIndex index;
    private final SwapTypes swap;
    private final LongPredicate owned;
    private final int words;
    private final int wholeLevels;

    /** Of each frame, the levels as bits at which it may be a table. */
    private final byte[] masks;

    private final long[] buffer;

    /** Which swap entries a guest can hold. */
    public interface SwapTypes {
        boolean plausible(long entry);
    }

    /**
     * @param swap judges what the format says could be a swap entry
     * @param owned tells physical addresses of RAM that the kernel has: an image may be padded
     */
    public TableScan(
            PhysicalMemory memory,
            PageTableFormat format,
            FrameIndex index,
            SwapTypes swap,
            LongPredicate owned) {
        this.memory = memory;
        this.format = format;
        this.index = index;
        this.swap = swap;
        this.owned = owned;
        this.words = (int) (format.pageSize() >>> 3);
        int whole = 0;
        for (int level = 0; level < format.levels(); level++) {
            whole |= format.entries(level) == words ? 1 << level : 0;
        }
        this.wholeLevels = whole;
        this.masks = new byte[index.count()];
        Arrays.fill(masks, (byte) EMPTY); // as holes are
        this.buffer = new long[words];
    }

    @Override
    public void frame(int row, long pa, long[] words) {
        int mask = wholeLevels;
        boolean empty = true;
        for (long entry : words) {
            if (entry != 0) {
                empty = false;
                mask &= leads(entry, mask & format.plausibleLevels(entry));
                if (mask == 0) {
                    break;
                }
            }
        }
        masks[row] = (byte) (empty ? EMPTY : mask);
    }

    /** The levels at which the entry leads to memory that there is. */
    private int leads(long entry, int mask) {
        int left = mask;
        for (int bits = mask; bits != 0; bits &= bits - 1) {
            int level = Integer.numberOfTrailingZeros(bits);
            long pa = format.address(entry, level);
            boolean there =
                    switch (format.kind(entry, level)) {
                        case TABLE -> index.row(pa) >= 0 && owned.test(pa);
                        case LEAF ->
                                isMemory(pa, 1L << format.shift(level))
                                        || (format.isDevice(entry, level) && index.row(pa) < 0);
                        case SWAP -> swap.plausible(entry);
                        case EMPTY, RESERVED -> false;
                    };
            if (!there) {
                left &= ~(1 << level);
            }
        }
        return left;
    }

    private boolean isMemory(long pa, long size) {
        return (memory.isRam(pa, size) && owned.test(pa)) || format.isMappedAnyway(pa, size);
    }

    /**
     * Takes out what points to frames that cannot be tables, from the last level up. To be called
     * when all frames were seen.
     */
    public void settle() {
        for (int level = format.levels() - 2; level >= 0; level--) {
            int bit = 1 << level;
            for (int row = 0; row < masks.length; row++) {
                if ((masks[row] & bit) != 0 && !leadsToTables(row, level)) {
                    masks[row] &= (byte) ~bit;
                }
            }
        }
    }

    private boolean leadsToTables(int row, int level) {
        return memory.readTable(index.pa(row), buffer, words)
                && !leadsTo(level, mask -> (mask & (EMPTY | 1 << (level + 1))) == 0);
    }

    private boolean leadsToFilled(int row, int level) {
        return memory.readTable(index.pa(row), buffer, words)
                && leadsTo(level, mask -> (mask & 1 << (level + 1)) != 0);
    }

    /** Whether the table in the buffer leads to any frame with such a mask; of none it is 0. */
    private boolean leadsTo(int level, IntPredicate such) {
        for (long entry : buffer) {
            if (entry != 0 && format.kind(entry, level) == EntryKind.TABLE) {
                int child = index.row(format.address(entry, level));
                if (such.test(child < 0 ? 0 : masks[child])) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the frame can be a table that holds something. */
    public boolean isTable(int row) {
        return (masks[row] & 0x7f) != 0;
    }

    /** Whether the content of the frame is that of a table of that level. */
    public boolean fits(int row, int level) {
        return (masks[row] & 1 << level) != 0;
    }

    /**
     * The level that the content of such a frame fits: of several, the first at which it leads to a
     * table that holds something, as data does only by chance; else the deepest.
     */
    public int level(int row) {
        int deepest = 31 - Integer.numberOfLeadingZeros(masks[row] & 0x7f);
        for (int level = 0; level < deepest; level++) {
            if (fits(row, level) && leadsToFilled(row, level)) {
                return level;
            }
        }
        return deepest;
    }
}
