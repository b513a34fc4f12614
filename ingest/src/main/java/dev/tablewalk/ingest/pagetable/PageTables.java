package dev.tablewalk.ingest.pagetable;

import dev.tablewalk.ingest.arch.PageTableFormat;
import java.util.BitSet;

/**
 * All tables of a guest, in columns. A table is known by its row. Runs refer to entries that stand
 * next to each other and differ only in the address, or the swap slot, each one further than the
 * one before.
 */
public final class PageTables {
    private final PageTableFormat format;
    private final LongIntMap byPa = new LongIntMap();
    private final LongColumn pa = new LongColumn();
    private final LongColumn va = new LongColumn();
    private final LongColumn level = new LongColumn();
    private final LongColumn counts = new LongColumn();
    private final BitSet unheld = new BitSet();

    final EntryColumns pointers = new EntryColumns();
    final LongColumn pointerTargets = new LongColumn();
    final EntryColumns leaves = new EntryColumns();
    final EntryColumns swaps = new EntryColumns();

    /**
     * @param format of the deepest tree: levels of the others are counted by it
     */
    PageTables(PageTableFormat format) {
        this.format = format;
    }

    /** Runs of entries: the row of their table, where in it they stand, and the first of them. */
    static final class EntryColumns {
        private final LongColumn table = new LongColumn();
        private final LongColumn index = new LongColumn();
        private final LongColumn entries = new LongColumn();
        private final LongColumn raw = new LongColumn();

        void add(int tableRow, int firstIndex, int count, long firstRaw) {
            table.add(tableRow);
            index.add(firstIndex);
            entries.add(count);
            raw.add(firstRaw);
        }

        int size() {
            return table.size();
        }
    }

    public PageTableFormat format() {
        return format;
    }

    int add(long tablePa, int tableLevel, long tableVa) {
        int row = pa.size();
        byPa.put(tablePa, row);
        pa.add(tablePa);
        va.add(tableVa);
        level.add(tableLevel << 1);
        counts.add(0);
        return row;
    }

    /** Adds a table that the image does not hold, as one that is empty. */
    int addUnheld(long tablePa, int tableLevel, long tableVa) {
        int row = add(tablePa, tableLevel, tableVa);
        unheld.set(row);
        return row;
    }

    void setCounts(int row, int table, int leaf, int swap) {
        counts.set(row, table | (long) leaf << 20 | (long) swap << 40);
    }

    void setRoot(int row) {
        level.set(row, level.get(row) | 1);
    }

    /** The row of the table at a physical address, or -1. */
    public int row(long tablePa) {
        return byPa.get(tablePa);
    }

    public int count() {
        return pa.size();
    }

    public long pa(int row) {
        return pa.get(row);
    }

    /** First virtual address that the table covers, in the first tree it was reached through. */
    public long va(int row) {
        return va.get(row);
    }

    /** Counted from the root of the deepest tree. */
    public int level(int row) {
        return (int) level.get(row) >> 1;
    }

    /** Whether the image holds the table; one that it does not counts as empty. */
    public boolean isHeld(int row) {
        return !unheld.get(row);
    }

    int unheldCount() {
        return unheld.cardinality();
    }

    /** Its row, if there is any. */
    int firstUnheld() {
        return unheld.nextSetBit(0);
    }

    public boolean isRoot(int row) {
        return (level.get(row) & 1) != 0;
    }

    public String levelName(int row) {
        return isRoot(row) ? "PGD" : format.levelName(level(row));
    }

    public int tableEntries(int row) {
        return (int) counts.get(row) & 0xfffff;
    }

    public int leafEntries(int row) {
        return (int) (counts.get(row) >>> 20) & 0xfffff;
    }

    public int swapEntries(int row) {
        return (int) (counts.get(row) >>> 40) & 0xfffff;
    }

    public int pointerCount() {
        return pointers.size();
    }

    public int pointerFrom(int i) {
        return (int) pointers.table.get(i);
    }

    public int pointerTo(int i) {
        return (int) pointerTargets.get(i);
    }

    public int pointerIndex(int i) {
        return (int) pointers.index.get(i);
    }

    public long pointerRaw(int i) {
        return pointers.raw.get(i);
    }

    public int leafRuns() {
        return leaves.size();
    }

    public int leafTable(int run) {
        return (int) leaves.table.get(run);
    }

    public int leafIndex(int run) {
        return (int) leaves.index.get(run);
    }

    public int leafEntriesOf(int run) {
        return (int) leaves.entries.get(run);
    }

    public long leafRaw(int run) {
        return leaves.raw.get(run);
    }

    /** Bytes that one entry of the run maps. */
    public long leafSize(int run) {
        return 1L << format.shift(level(leafTable(run)));
    }

    /** Physical address of the first byte that the run maps. */
    public long leafPa(int run) {
        return format.address(leafRaw(run), level(leafTable(run)));
    }

    public int swapRuns() {
        return swaps.size();
    }

    public int swapTable(int run) {
        return (int) swaps.table.get(run);
    }

    public int swapIndex(int run) {
        return (int) swaps.index.get(run);
    }

    public int swapEntriesOf(int run) {
        return (int) swaps.entries.get(run);
    }

    public long swapRaw(int run) {
        return swaps.raw.get(run);
    }

    /**
     * Virtual address of an entry, in the first tree through which its table was reached. In a root
     * of all addresses, what lies behind the half of a process is the kernel's, at their end.
     */
    public long entryVa(int table, int index) {
        int level = level(table);
        long at = va(table) + ((long) index << format.shift(level));
        return level == 0 && va(table) == 0 && index >= format.userEntries()
                ? at - ((long) format.entries(0) << format.shift(0))
                : at;
    }
}
