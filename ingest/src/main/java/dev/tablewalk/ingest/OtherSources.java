package dev.tablewalk.ingest;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.frame.Deposits;
import dev.tablewalk.ingest.frame.FrameKind;
import dev.tablewalk.ingest.frame.FrameSweep;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.frame.HugeZero;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.process.FoundMm;
import dev.tablewalk.ingest.process.MmShape;
import dev.tablewalk.ingest.process.StructScan;
import dev.tablewalk.ingest.process.TaskShape;
import dev.tablewalk.ingest.scan.FrameHasher;
import dev.tablewalk.ingest.scan.RamScan;
import dev.tablewalk.ingest.scan.TableScan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What does not come from the kernel's lists and trees, so that these can be held against it:
 * {@code struct page}, and what RAM looks like.
 */
final class OtherSources {
    private final Kernel kernel;
    private final PhysicalMemory memory;
    private final PageTables tables;
    private final Anomalies anomalies;
    private final Progress progress;
    private final FrameIndex index;
    private @Nullable Frames frames;
    private @Nullable TableScan tableScan;
    private @Nullable FrameHashes frameHashes;
    private List<Long> tasks = List.of();
    private List<Long> mms = List.of();

    OtherSources(Kernel kernel, PageTables tables, Anomalies anomalies, Progress progress) {
        this.kernel = kernel;
        this.memory = kernel.memory().physical();
        this.tables = tables;
        this.anomalies = anomalies;
        this.progress = progress;
        this.index = new FrameIndex(memory.ranges(), tables.format().pageShift());
    }

    /**
     * Reads {@code struct page} of every frame.
     *
     * @param userTables physical addresses of tables that the kernel marks, by address space
     */
    void readFrames(Collection<List<Long>> userTables) {
        progress.stage("read struct page", 0);
        frames = FrameSweep.read(kernel, index, userTables, anomalies, progress).orElse(null);
    }

    /**
     * Looks through all of RAM, once, for tables, tasks and address spaces.
     *
     * @param known address spaces that tasks have
     * @param hash whether to hash every frame as it is read
     */
    void scan(Collection<FoundMm> known, boolean hash) {
        progress.stage("scan RAM", (long) index.count() << index.pageShift());
        PageTableFormat format = tables.format();
        Frames read = frames;
        TableScan tableShape =
                new TableScan(
                        memory,
                        format,
                        index,
                        new SwapInUse(tables),
                        pa -> read == null || read.isKernels(pa));
        TaskShape taskShape = new TaskShape(kernel, anomalies);
        MmShape mmShape = new MmShape(kernel, anomalies, known, this::mayBeRoot);
        List<RamScan.FrameVisitor> visitors = new ArrayList<>(List.of(tableShape));
        StructScan taskScan = taskShape.isKnown() ? taskShape.scan() : null;
        if (taskScan != null) {
            visitors.add(taskScan);
        }
        StructScan mmScan = mmShape.isKnown() ? mmShape.scan() : null;
        if (mmScan != null) {
            visitors.add(mmScan);
        }
        FrameHasher hasher = hash ? hasher() : null;
        if (hasher != null) {
            visitors.add(hasher);
        }
        RamScan.of(memory, index, visitors, progress);
        tableShape.settle();
        tableScan = tableShape;
        frameHashes = hasher == null ? null : hasher.hashes();
        tasks = taskScan == null ? List.of() : taskShape.confirmed(taskScan, this::va);
        mms = mmScan == null ? List.of() : mmShape.confirmed(mmScan, this::va);
    }

    /**
     * Whether a root table may lie here, by {@code struct page}: its frame is the kernel's, and so
     * are those of the tables that its entries lead to; and no other root leads to these.
     */
    private boolean mayBeRoot(long root) {
        Frames read = frames;
        if (read == null || tables.row(root) >= 0) {
            return true;
        }
        PageTableFormat format = tables.format();
        if (!mayBeTable(root, read, true)) {
            return false;
        }
        for (int i = 0; i < format.userEntries(); i++) {
            long raw = memory.u64(root + 8L * i);
            EntryKind kind = format.kind(raw, 0);
            if (kind == EntryKind.RESERVED
                    || (kind == EntryKind.TABLE && !mayBeOwn(format.address(raw, 0), read))) {
                return false;
            }
        }
        return true;
    }

    private boolean mayBeOwn(long table, Frames read) {
        return tables.row(table) < 0 && mayBeTable(table, read, false);
    }

    private boolean mayBeTable(long pa, Frames read, boolean root) {
        return kernel.memory().hasLinear(pa) && TableMarks.Rule.UNKNOWN.fits(read.kind(pa), root);
    }

    /**
     * Whether the kernel may have a struct here, by {@code struct page}. A crash kernel has nothing
     * of the memory of the kernel before it, and does not map it.
     *
     * @param va kernel virtual address
     */
    boolean mayHoldObjects(long va) {
        Frames read = frames;
        long pa = kernel.memory().pa(va);
        return kernel.memory().hasLinear(pa) && (read == null || read.kind(pa).mayHoldObjects());
    }

    /**
     * The kernel's own address of a struct: in its image, or else in the linear map. Parts of the
     * image that were freed are used for anything, and may still be mapped there.
     */
    private long va(long pa) {
        Frames read = frames;
        return read == null || read.kind(pa) == FrameKind.RESERVED
                ? kernel.va(pa)
                : kernel.memory().linear(pa);
    }

    private FrameHasher hasher() {
        return new FrameHasher(index, pa -> memory.contains(pa, 1L << index.pageShift()));
    }

    /** Hashes every frame of RAM, in a pass of its own. */
    void hash() {
        progress.stage("hash RAM", (long) index.count() << index.pageShift());
        FrameHasher hasher = hasher();
        RamScan.of(memory, index, List.of(hasher), progress);
        frameHashes = hasher.hashes();
    }

    /** Null if they were not asked for. */
    @Nullable FrameHashes frameHashes() {
        return frameHashes;
    }

    /** Null if {@code struct page} could not be read. */
    @Nullable Frames frames() {
        return frames;
    }

    /** Kernel virtual addresses of the tasks that were found by their shape. */
    List<Long> tasks() {
        return tasks;
    }

    /** Kernel virtual addresses of the address spaces that were found by their shape. */
    List<Long> mms() {
        return mms;
    }

    /** All tables by every source. */
    FoundTables foundTables(TableWalks walks) {
        Frames read = frames;
        Set<Long> deposits = Set.of();
        if (read != null) {
            boolean[] users = walks.reachedByUsers();
            deposits = deposits(read, users);
            HugeZero.mark(kernel, read, readOnlyBlocks(users));
        }
        BitSet hotplug = read == null ? new BitSet() : HotplugTables.of(kernel, tables, read);
        FoundTables found =
                new FoundTables(tables, memory, index, read, tableScan, deposits, hotplug);
        if (read != null) {
            long marked = read.counts().getOrDefault(FrameKind.TABLE, 0L);
            progress.found(
                    "tables",
                    tables.count() + " walked",
                    marked
                            + " frames are marked as tables; "
                            + found.others().size()
                            + " tables were not walked");
        }
        return found;
    }

    private Set<Long> deposits(Frames read, boolean[] users) {
        Deposits deposits = new Deposits(kernel, read, anomalies);
        int huge = tables.format().levels() - 2;
        int last = -1;
        for (int run = 0; run < tables.leafRuns(); run++) {
            int table = tables.leafTable(run);
            if (table != last && users[table] && tables.level(table) == huge) {
                deposits.addOf(tables.pa(table));
            }
            last = table;
        }
        return deposits.found();
    }

    /** Blocks that processes map and may not write, each with the number of entries that do. */
    private Map<Long, Integer> readOnlyBlocks(boolean[] users) {
        Map<Long, Integer> blocks = new HashMap<>();
        PageTableFormat format = tables.format();
        int huge = format.levels() - 2;
        for (int run = 0; run < tables.leafRuns(); run++) {
            int table = tables.leafTable(run);
            if (!users[table]
                    || tables.level(table) != huge
                    || format.attributes(tables.leafRaw(run), huge).writable()) {
                continue;
            }
            long size = tables.leafSize(run);
            for (int i = 0; i < tables.leafEntriesOf(run); i++) {
                blocks.merge(tables.leafPa(run) + i * size, 1, Integer::sum);
            }
        }
        return blocks;
    }
}
