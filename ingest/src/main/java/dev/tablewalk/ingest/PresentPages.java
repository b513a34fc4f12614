package dev.tablewalk.ingest;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.process.FoundMm;
import dev.tablewalk.ingest.process.FoundVma;
import java.util.Arrays;
import java.util.List;

/** Counts the pages that an address space's tables map, in each of its VMAs. */
final class PresentPages {
    private final PageTables tables;
    private final int[] firstPointer;
    private final int[] pointers;
    private final int[] firstLeaf;
    private final int[] leaves;
    private final Anomalies anomalies;
    private long total;
    private long budget;

    PresentPages(PageTables tables, Anomalies anomalies) {
        this.tables = tables;
        this.anomalies = anomalies;
        firstPointer = new int[tables.count() + 1];
        pointers = byTable(tables.pointerCount(), tables::pointerFrom, firstPointer);
        firstLeaf = new int[tables.count() + 1];
        leaves = byTable(tables.leafRuns(), tables::leafTable, firstLeaf);
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

    /** Pages in each of the VMAs, in their order. */
    long[] of(FoundMm mm) {
        List<FoundVma> vmas = mm.vmas();
        long[] starts = vmas.stream().mapToLong(FoundVma::start).toArray();
        long[] ends = vmas.stream().mapToLong(FoundVma::end).toArray();
        long[] pages = new long[starts.length];
        int root = mm.pgdPa() < 0 || mm.kernel() ? -1 : tables.row(mm.pgdPa());
        if (root >= 0 && starts.length > 0) {
            // Tables that point to each other many times over would take for ever.
            budget = 4L * tables.count() + 1024;
            visit(root, 0, starts, ends, pages);
            if (budget < 0) {
                anomalies.add(
                        "tables_repeat",
                        mm.node().address(),
                        "mm_struct.pgd",
                        "the same tables are reached so often that pages were not all counted");
            }
        }
        total += Arrays.stream(pages).sum();
        return pages;
    }

    /** Of all address spaces asked for, in VMAs; a page that two of them map counts twice. */
    long total() {
        return total;
    }

    private void visit(int table, long va, long[] starts, long[] ends, long[] pages) {
        int shift = tables.format().shift(tables.level(table));
        long bytes = (long) tables.format().entries(Math.max(1, tables.level(table))) << shift;
        boolean outside = va + bytes <= starts[0] || va >= ends[ends.length - 1];
        if (outside || --budget < 0) {
            return;
        }
        for (int i = firstPointer[table]; i < firstPointer[table + 1]; i++) {
            int p = pointers[i];
            // Levels ascend along every pointer that was kept, so this ends.
            visit(
                    tables.pointerTo(p),
                    va + ((long) tables.pointerIndex(p) << shift),
                    starts,
                    ends,
                    pages);
        }
        for (int i = firstLeaf[table]; i < firstLeaf[table + 1]; i++) {
            int run = leaves[i];
            long from = va + ((long) tables.leafIndex(run) << shift);
            count(from, from + ((long) tables.leafEntriesOf(run) << shift), starts, ends, pages);
        }
    }

    private void count(long from, long to, long[] starts, long[] ends, long[] pages) {
        int at = Arrays.binarySearch(starts, from);
        int vma = at >= 0 ? at : Math.max(0, -at - 2);
        for (; vma < starts.length && starts[vma] < to; vma++) {
            long overlap = Math.min(to, ends[vma]) - Math.max(from, starts[vma]);
            if (overlap > 0) {
                pages[vma] += overlap >>> tables.format().pageShift();
            }
        }
    }
}
