package dev.tablewalk.ingest.pagetable;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.memory.PhysicalMemory;

/**
 * Walks page tables from their roots, each table once however many trees it is part of, and
 * allocates nothing per entry. A table that is reached again is only linked; one that is reached at
 * another level than before, which a loop always leads to, is an anomaly and not followed.
 */
public final class PageTableWalk {
    private static final long NONE = -1;
    private static final long[] NO_ENTRIES = {};

    private final PhysicalMemory memory;
    private final Anomalies anomalies;
    private final PageTableFormat format;
    private final PageTables tables;
    private final long[][] buffers;

    /** Physical address of the kernel's root, of which other roots have copies; or none. */
    private long shared = NONE;

    /**
     * @param format of the deepest tree that will be walked
     */
    public PageTableWalk(PhysicalMemory memory, PageTableFormat format, Anomalies anomalies) {
        this.memory = memory;
        this.anomalies = anomalies;
        this.format = format;
        this.tables = new PageTables(format);
        this.buffers = new long[format.levels()][1 << (format.pageShift() - 3)];
    }

    public PageTables tables() {
        return tables;
    }

    /**
     * Walks the tree below a root.
     *
     * @return the root's row, or -1 if it lies outside RAM
     */
    public int walk(RootTable root) {
        return walk(root, shared);
    }

    /** The same, with what it has as the kernel's root has it. */
    public int walkWhole(RootTable root) {
        return walk(root, NONE);
    }

    private int walk(RootTable root, long kernels) {
        int level = format.levels() - root.format().levels();
        int row = table(root.pa(), level, root.va(), root.format().entries(0), -1, kernels);
        if (row >= 0) {
            tables.setRoot(row);
        }
        return row;
    }

    /**
     * Walks what the root by which a process executes its own code has of its own: not the tables
     * of the process, which the kernel's root for it has as well, and not those by which every
     * process enters the kernel.
     *
     * @param kernels the kernel's root for the process, which was walked
     * @param entry what all processes have of the kernel, which was walked whole
     * @return the root's row, or -1 if it lies outside RAM
     */
    public int walkUsers(RootTable users, RootTable kernels, RootTable entry) {
        int entries = users.format().entries(0);
        long[] own = buffers[0];
        long[] theirs = new long[entries];
        long[] common = new long[entries];
        if (tables.row(users.pa()) >= 0
                || !memory.readTable(kernels.pa(), theirs, entries)
                || !memory.readTable(entry.pa(), common, entries)
                || !memory.readTable(users.pa(), own, entries)) {
            return walkWhole(users);
        }
        for (int i = 0; i < entries; i++) {
            boolean same =
                    i < format.userEntries()
                            ? format.isUserCopy(theirs[i], own[i])
                            : own[i] == common[i];
            if (same) {
                own[i] = 0;
            }
        }
        int row = tables.add(users.pa(), 0, users.va());
        new Entries(row, 0, NO_ENTRIES).read(own, entries);
        tables.setRoot(row);
        return row;
    }

    /**
     * Tells of the kernel's root: what roots that are walked from now on have in its half as it
     * has, be it in tables of their own, is the kernel's and not theirs.
     */
    public void share(RootTable kernels) {
        if (kernels.format().userEntries() < kernels.format().entries(0)) {
            shared = kernels.pa();
        }
    }

    /**
     * Leaves out what the kernel's table for the same addresses has.
     *
     * @param first entry that may be a copy
     * @return the kernel's entries; none if its table is not held
     */
    private long[] withoutShared(long[] buffer, int entries, int first, long kernels) {
        long[] theirs = new long[entries];
        if (!memory.readTable(kernels, theirs, entries)) {
            return NO_ENTRIES;
        }
        for (int i = first; i < entries; i++) {
            if (buffer[i] == theirs[i]) {
                buffer[i] = 0;
            }
        }
        return theirs;
    }

    /**
     * @param kernels physical address of the kernel's table for the same addresses, if this may
     *     have copies of it; or {@link #NONE}
     */
    private int table(long pa, int level, long va, int entries, int fromRow, long kernels) {
        int known = tables.row(pa);
        if (known >= 0) {
            if (tables.level(known) != level) {
                anomalies.add(
                        "table_at_two_levels",
                        pa,
                        "descriptor",
                        "a table at PA "
                                + Hex.of(pa)
                                + " is a "
                                + tables.levelName(known)
                                + ", and is reached as a "
                                + format.levelName(level)
                                + from(fromRow));
                return -1;
            }
            return known;
        }
        long[] buffer = buffers[level];
        if (!memory.readTable(pa, buffer, entries)) {
            boolean ram = memory.isRam(pa, 8L * entries);
            if (ram && fromRow >= 0) {
                // A dump without zero pages has no empty tables, and says so by leaving them out.
                return tables.addUnheld(pa, level, va);
            }
            anomalies.add(
                    ram ? "table_left_out" : "table_outside_ram",
                    fromRow < 0 ? pa : tables.pa(fromRow),
                    "descriptor",
                    "points to a table at PA "
                            + Hex.of(pa)
                            + (ram
                                    ? ", which the image does not hold"
                                    : ", where there is no RAM"));
            return -1;
        }
        int row = tables.add(pa, level, va);
        int copies = fromRow < 0 ? format.userEntries() : 0;
        long[] theirs =
                kernels == NONE || kernels == pa
                        ? NO_ENTRIES
                        : withoutShared(buffer, entries, copies, kernels);
        new Entries(row, level, theirs).read(buffer, entries);
        return row;
    }

    /** Tells of the tables that were not held, once all were walked. */
    public void tellLeftOut() {
        int leftOut = tables.unheldCount();
        if (leftOut > 0) {
            anomalies.add(
                    "table_left_out",
                    tables.pa(tables.firstUnheld()),
                    "table",
                    "the image does not hold this table"
                            + (leftOut == 1 ? "" : ", nor " + (leftOut - 1) + " others")
                            + "; each counts as one that is empty, as dumps without zero pages"
                            + " leave those out");
        }
    }

    private String from(int row) {
        return row < 0 ? "" : " from the table at PA " + Hex.of(tables.pa(row));
    }

    /** The entries of one table; gathers runs as it goes over them. */
    private final class Entries {
        private final int row;
        private final int level;
        private final int shift;

        /** What the kernel's table for the same addresses has. */
        private final long[] kernels;

        private int tableCount;
        private int leafCount;
        private int swapCount;
        private int reserved;
        private int firstReserved;
        private int outside;
        private int firstOutside;

        /** The run that is being gathered: none, leaves, or swap entries. */
        private int runLength;

        private boolean runOfLeaves;
        private int runIndex;
        private long runRaw;
        private long runRest;
        private long runNext;

        Entries(int row, int level, long[] kernels) {
            this.row = row;
            this.kernels = kernels;
            this.level = level;
            this.shift = format.shift(level);
        }

        void read(long[] buffer, int entries) {
            for (int i = 0; i < entries; i++) {
                long entry = buffer[i];
                if (entry == 0) {
                    continue;
                }
                switch (format.kind(entry, level)) {
                    case EMPTY -> {}
                    case LEAF -> leaf(i, entry);
                    case SWAP -> swap(i, entry);
                    case TABLE -> pointer(i, entry);
                    case RESERVED -> {
                        if (reserved++ == 0) {
                            firstReserved = i;
                        }
                    }
                }
            }
            endRun();
            tables.setCounts(row, tableCount, leafCount, swapCount);
            report(buffer);
        }

        private void leaf(int i, long entry) {
            leafCount++;
            long pa = format.address(entry, level);
            long rest = format.withoutAddress(entry, level);
            if (!memory.isRam(pa, 1L << shift)
                    && !format.isDevice(entry, level)
                    && !format.isMappedAnyway(pa, 1L << shift)
                    && outside++ == 0) {
                firstOutside = i;
            }
            if (runLength > 0
                    && runOfLeaves
                    && i == runIndex + runLength
                    && rest == runRest
                    && pa == runNext) {
                runLength++;
            } else {
                begin(i, entry, rest, true);
            }
            runNext = pa + (1L << shift);
        }

        private void swap(int i, long entry) {
            swapCount++;
            long slot = format.swapOffset(entry);
            long rest = format.withoutSwapOffset(entry);
            if (runLength > 0
                    && !runOfLeaves
                    && i == runIndex + runLength
                    && rest == runRest
                    && slot == runNext) {
                runLength++;
            } else {
                begin(i, entry, rest, false);
            }
            // An entry of an upper level stands for as many slots as it covers pages; a marker for
            // none, so markers of a run are all the same.
            runNext = slot + (format.isMarker(entry) ? 0 : 1L << (shift - format.pageShift()));
        }

        private void begin(int i, long entry, long rest, boolean leaves) {
            endRun();
            runLength = 1;
            runOfLeaves = leaves;
            runIndex = i;
            runRaw = entry;
            runRest = rest;
        }

        private void endRun() {
            if (runLength > 0) {
                (runOfLeaves ? tables.leaves : tables.swaps).add(row, runIndex, runLength, runRaw);
                runLength = 0;
            }
        }

        /** The kernel's table for the addresses of an entry of its half; or none. */
        private long kernelsBelow(int i) {
            boolean its = i < kernels.length && (level > 0 || i >= format.userEntries());
            return its && format.kind(kernels[i], level) == EntryKind.TABLE
                    ? format.address(kernels[i], level)
                    : NONE;
        }

        private void pointer(int i, long entry) {
            tableCount++;
            int child =
                    table(
                            format.address(entry, level),
                            level + 1,
                            tables.entryVa(row, i),
                            1 << (format.pageShift() - 3),
                            row,
                            kernelsBelow(i));
            if (child >= 0) {
                tables.pointers.add(row, i, 1, entry);
                tables.pointerTargets.add(child);
            }
        }

        private void report(long[] buffer) {
            if (reserved > 0) {
                anomalies.add(
                        "reserved_descriptor",
                        tables.pa(row),
                        "entry " + firstReserved,
                        Hex.of(buffer[firstReserved])
                                + " is not defined at this level"
                                + more(reserved));
            }
            if (outside > 0) {
                anomalies.add(
                        "leaf_outside_ram",
                        tables.pa(row),
                        "entry " + firstOutside,
                        Hex.of(buffer[firstOutside])
                                + " maps normal memory where there is no RAM"
                                + more(outside));
            }
        }

        private static String more(int n) {
            return n == 1 ? "" : ", as do " + (n - 1) + " others in this table";
        }
    }
}
