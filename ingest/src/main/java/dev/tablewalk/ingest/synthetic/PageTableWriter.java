package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Writes entries into trees of page tables, and makes the tables on the way. */
final class PageTableWriter {
    private final RamImage ram;
    private final Geometry geometry;
    private final LongSupplier frames;
    private final List<Table> tables;
    private final Map<Long, Long> children = new HashMap<>();

    /**
     * @param frames gives the physical address of a zeroed frame for a table
     * @param tables takes down each table made
     */
    PageTableWriter(RamImage ram, Geometry geometry, LongSupplier frames, List<Table> tables) {
        this.ram = ram;
        this.geometry = geometry;
        this.frames = frames;
        this.tables = tables;
    }

    /** One for trees of another shape, that takes frames from where this one does. */
    PageTableWriter of(Geometry other) {
        return new PageTableWriter(ram, other, frames, tables);
    }

    /** Takes down a root that lies here. */
    void root(long pa, boolean kernel) {
        int level = geometry.rootLevel();
        long va = kernel ? -1L << geometry.tableVaBits() : 0;
        tables.add(new Table(pa, level, geometry.levelName(level), va, pa, 0));
    }

    /**
     * Writes one entry.
     *
     * @param level of the table that holds it
     * @return physical address of that table
     */
    long put(long root, boolean kernel, long va, int level, long entry) {
        long table = root;
        for (int l = geometry.rootLevel(); l < level; l++) {
            table = below(root, table, kernel, va, l);
        }
        ram.putU64(table + 8L * geometry.index(va, level), entry);
        return table;
    }

    /**
     * Has another root lead to the table that one leads to.
     *
     * @param level of the tables whose entries do
     */
    void share(long from, long to, long va, int level) {
        long theirs = from;
        long own = to;
        for (int l = geometry.rootLevel(); l < level; l++) {
            theirs = below(from, theirs, true, va, l);
            own = below(to, own, true, va, l);
        }
        long offset = 8L * geometry.index(va, level);
        long shared = below(from, theirs, true, va, level);
        ram.putU64(own + offset, ram.getU64(theirs + offset));
        children.put(own + offset, shared);
        long first = va & -geometry.entrySize(level);
        tables.add(new Table(to, level + 1, geometry.levelName(level + 1), first, shared, own));
    }

    private long below(long root, long table, boolean kernel, long va, int level) {
        long at = table + 8L * geometry.index(va, level);
        long entry = ram.getU64(at);
        if (entry == 0) {
            long made = frames.getAsLong();
            ram.putU64(at, geometry.descriptors().table(made, kernel));
            long first = va & -geometry.entrySize(level);
            String name = geometry.levelName(level + 1);
            tables.add(new Table(root, level + 1, name, first, made, table));
            children.put(at, made);
            return made;
        }
        Long known = children.get(at);
        if (known != null) {
            return known;
        }
        throw new IllegalArgumentException(
                "0x" + Long.toHexString(va) + " is already mapped at level " + level);
    }
}
