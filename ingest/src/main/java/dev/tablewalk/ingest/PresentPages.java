package dev.tablewalk.ingest;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.frame.FrameKind;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.frame.ReverseMap;
import dev.tablewalk.ingest.frame.TableLocks;
import dev.tablewalk.ingest.kernel.SwapTypes;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.process.FoundMm;
import dev.tablewalk.ingest.process.FoundVma;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what an address space's tables map: the pages in each of its VMAs, and what the kernel
 * keeps counters of.
 */
final class PresentPages {
    private final PageTables tables;
    private final PageTableFormat format;
    private final PhysicalMemory memory;
    private final @Nullable Frames frames;
    private final @Nullable ReverseMap reverse;
    private final @Nullable TableLocks locks;

    /** By level, roots behind the last. */
    private final TableMarks.Rule[] marks;

    private final int[] firstPointer;
    private final int[] pointers;
    private final int[] firstLeaf;
    private final int[] leaves;
    private final int[] firstSwap;
    private final int[] swaps;
    private final SwapTypes swapTypes;
    private final Anomalies anomalies;
    private long total;
    private long budget;

    // Of the address space that is being counted.
    private List<FoundVma> vmas = List.of();
    private long[] starts = {};
    private long[] ends = {};
    private long[] pages = {};
    private TreeTally tally = new TreeTally();

    /**
     * @param frames null if {@code struct page} could not be read
     * @param reverse null likewise
     * @param locks null likewise
     * @param tableMarks where the kernel marks tables in {@code struct page}
     */
    PresentPages(
            PageTables tables,
            PhysicalMemory memory,
            @Nullable Frames frames,
            @Nullable ReverseMap reverse,
            @Nullable TableLocks locks,
            TableMarks tableMarks,
            SwapTypes swapTypes,
            Anomalies anomalies) {
        this.tables = tables;
        this.format = tables.format();
        this.memory = memory;
        this.frames = frames;
        this.reverse = reverse;
        this.locks = locks;
        this.swapTypes = swapTypes;
        this.anomalies = anomalies;
        marks = new TableMarks.Rule[format.levels() + 1];
        for (int level = 0; level < format.levels(); level++) {
            marks[level] = tableMarks.of("user " + format.levelName(level));
        }
        marks[format.levels()] = tableMarks.of("user PGD");
        firstPointer = new int[tables.count() + 1];
        pointers = byTable(tables.pointerCount(), tables::pointerFrom, firstPointer);
        firstLeaf = new int[tables.count() + 1];
        leaves = byTable(tables.leafRuns(), tables::leafTable, firstLeaf);
        firstSwap = new int[tables.count() + 1];
        swaps = byTable(tables.swapRuns(), tables::swapTable, firstSwap);
    }

    private interface TableOf {
        int table(int i);
    }

    /** Sorts rows by their table, keeping their order; {@code first} tells where each begins. */
    private static int[] byTable(int rows, TableOf of, int[] first) {
        for (int i = 0; i < rows; i++) {
            first[of.table(i) + 1]++;
        }
        for (int t = 1; t < first.length; t++) {
            first[t] += first[t - 1];
        }
        int[] next = Arrays.copyOf(first, first.length);
        int[] sorted = new int[rows];
        for (int i = 0; i < rows; i++) {
            sorted[next[of.table(i)]++] = i;
        }
        return sorted;
    }

    /** Counts those of an address space. */
    TreeTally of(FoundMm mm) {
        vmas = mm.vmas();
        starts = vmas.stream().mapToLong(FoundVma::start).toArray();
        ends = vmas.stream().mapToLong(FoundVma::end).toArray();
        pages = new long[starts.length];
        tally = new TreeTally();
        tally.inVmas = pages;
        int root = mm.pgdPa() < 0 || mm.kernel() ? -1 : tables.row(mm.pgdPa());
        if (root >= 0) {
            // Tables that point to each other many times over would take for ever.
            budget = 4L * tables.count() + 1024;
            visit(root, 0, false);
            tally.whole = budget >= 0;
            if (budget < 0) {
                anomalies.add(
                        "tables_repeat",
                        mm.node().address(),
                        "mm_struct.pgd",
                        "the same tables are reached so often that pages were not all counted");
            }
        }
        total += Arrays.stream(pages).sum();
        return tally;
    }

    /** Of all address spaces asked for, in VMAs; a page that two of them map counts twice. */
    long total() {
        return total;
    }

    /**
     * @param kernels whether it lies at the kernel's addresses: an address space may have tables
     *     there that are counted as its own, but no pages
     */
    private void visit(int table, long va, boolean kernels) {
        if (--budget < 0) {
            return;
        }
        int level = tables.level(table);
        int shift = format.shift(level);
        int below = firstPointer[table + 1] - firstPointer[table];
        boolean root = tables.isRoot(table);
        tally.table(root, format.levels() - level);
        tally.unheldTables += tables.isHeld(table) ? 0 : 1;
        if (frames != null) {
            FrameKind frame = frames.kind(tables.pa(table));
            tally.frameOfTable(frame, root, marks[root ? format.levels() : level]);
            tally.locked |=
                    locks != null
                            && frame == FrameKind.TABLE
                            && level >= format.levels() - 2
                            && locks.isHeld(tables.pa(table));
        }
        tally.lostPointers += tables.tableEntries(table) - below;
        for (int i = firstSwap[table]; i < firstSwap[table + 1]; i++) {
            long raw = tables.swapRaw(swaps[i]);
            if (!format.isMarker(raw)) { // the kernel counts nothing for those
                tally.nonPresent(
                        (long) tables.swapEntriesOf(swaps[i]) << (shift - format.pageShift()),
                        swapTypes.isSwap(format.swapType(raw)));
            }
        }
        for (int i = firstPointer[table]; i < firstPointer[table + 1]; i++) {
            int p = pointers[i];
            // Levels ascend along every pointer that was kept, so this ends.
            int index = tables.pointerIndex(p);
            boolean behind = kernels || (level == 0 && index >= format.userEntries());
            visit(tables.pointerTo(p), va + ((long) index << shift), behind);
        }
        for (int i = firstLeaf[table]; !kernels && i < firstLeaf[table + 1]; i++) {
            int run = leaves[i];
            leaves(run, va + ((long) tables.leafIndex(run) << shift));
        }
    }

    /** Shares a run's pages out among the VMAs that they lie in. */
    private void leaves(int run, long from) {
        long to = from + tables.leafEntriesOf(run) * tables.leafSize(run);
        int at = Arrays.binarySearch(starts, from);
        long inside = 0;
        for (int i = at >= 0 ? at : Math.max(0, -at - 2);
                i < starts.length && starts[i] < to;
                i++) {
            long first = Math.max(from, starts[i]);
            long overlap = Math.min(to, ends[i]) - first;
            if (overlap > 0) {
                pages[i] += overlap >>> format.pageShift();
                inside += overlap;
                FoundVma vma = vmas.get(i);
                if (!vma.hugetlb()) {
                    count(run, first - from, overlap, vma, first);
                }
            }
        }
        tally.outsideVmas += Math.max(0, to - from - inside) >>> format.pageShift();
    }

    /**
     * Counts a part of a run as the kernel does when it maps it.
     *
     * @param offset of the part in the run, bytes
     * @param vma that it lies in
     * @param va user virtual address of its first byte
     */
    private void count(int run, long offset, long length, FoundVma vma, long va) {
        boolean anonymous = vma.anonymous();
        ReverseMap back = vma.filledByDriver() ? null : reverse;
        if (back != null) {
            back.turnTo(vma.address(), vma.start(), vma.pgoff());
        }
        long pa = tables.leafPa(run) + offset;
        int level = tables.level(tables.leafTable(run));
        boolean huge = level < format.levels() - 1;
        boolean special = format.isSpecial(tables.leafRaw(run));
        long step = huge ? tables.leafSize(run) : format.pageSize();
        for (long at = 0; at < length; at += step) {
            long n = Math.min(step, length - at) >>> format.pageShift();
            FrameKind kind = frames == null ? FrameKind.UNKNOWN : frames.kind(pa + at);
            if (kind == FrameKind.HUGE_ZERO) {
                // Nobody's memory, but each entry has a table kept aside: set_huge_zero_folio().
                if (huge && anonymous) {
                    tally.keptTables(true);
                }
                continue;
            }
            if (special) {
                continue;
            }
            if (kind == FrameKind.FREE || kind == FrameKind.BUDDY) {
                tally.freePages++;
            } else if (back != null && !back.leadsBack(pa + at, va + at)) {
                tally.strayPages++;
            }
            if (!huge) {
                tally.pages(n, memory.isRam(pa + at, step));
                continue;
            }
            boolean known =
                    kind == FrameKind.ANON || kind == FrameKind.SHMEM || kind == FrameKind.FILE;
            tally.pages(n, known);
            if (level == format.levels() - 2 && (anonymous || kind == FrameKind.ANON)) {
                tally.keptTables(kind == FrameKind.ANON);
            }
        }
    }
}
