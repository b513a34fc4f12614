package dev.tablewalk.ingest;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelRoots;
import dev.tablewalk.ingest.pagetable.PageTableWalk;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.pagetable.RootTable;
import dev.tablewalk.ingest.process.FoundMm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The walks from every root: the kernel's own first, then those of address spaces as they come. */
final class TableWalks {
    private final PageTableFormat format;
    private final PageTableWalk walk;
    private final Progress progress;
    private final long mainRoot;
    private final Set<Long> walkedRoots = new HashSet<>();

    TableWalks(
            Kernel kernel,
            PageTableFormat format,
            List<KernelRoots.Root> roots,
            Anomalies anomalies,
            Progress progress) {
        this.format = format;
        this.progress = progress;
        this.mainRoot = kernel.map().rootPa();
        int deepest =
                Math.max(
                        format.vaBits(),
                        roots.stream().mapToInt(r -> r.format().vaBits()).max().orElse(0));
        walk = new PageTableWalk(kernel.memory().physical(), format.withVaBits(deepest), anomalies);
        for (KernelRoots.Root root : roots) {
            walk.walk(new RootTable(root.pa(), root.format(), root.va()));
            progress.advance(1);
        }
    }

    /** Walks those that were not walked before. */
    void addAll(Collection<FoundMm> mms) {
        for (FoundMm mm : mms) {
            if (!mm.kernel() && mm.pgdPa() >= 0 && walkedRoots.add(mm.pgdPa())) {
                walk.walk(new RootTable(mm.pgdPa(), format, 0));
            }
            progress.advance(1);
        }
    }

    /** Tells of the tables that the image does not hold, once all were walked. */
    void tellLeftOut() {
        walk.tellLeftOut();
    }

    /** What was walked so far; it grows with every walk. */
    PageTables tables() {
        return walk.tables();
    }

    /** Of each table, whether a process reaches it. */
    boolean[] reachedByUsers() {
        return reachedFrom(walkedRoots);
    }

    /** Of each table, whether the kernel's main root reaches it. */
    boolean[] reachedByKernel() {
        return reachedFrom(Set.of(mainRoot));
    }

    private boolean[] reachedFrom(Set<Long> roots) {
        PageTables tables = tables();
        boolean[] reached = new boolean[tables.count()];
        for (long root : roots) {
            int row = tables.row(root);
            if (row >= 0) {
                reached[row] = true;
            }
        }
        boolean more = true;
        while (more) { // once for each level
            more = false;
            for (int i = 0; i < tables.pointerCount(); i++) {
                int to = tables.pointerTo(i);
                if (reached[tables.pointerFrom(i)] && !reached[to]) {
                    reached[to] = true;
                    more = true;
                }
            }
        }
        return reached;
    }

    /**
     * Physical addresses of the tables of the last level that processes reach. Those of the kernel
     * are not among them though a process reaches them: one pointer to a tree of those would
     * outnumber the processes' own.
     */
    List<Long> lastLevelOfUsers() {
        PageTables tables = tables();
        boolean[] users = reachedByUsers();
        boolean[] kernels = reachedByKernel();
        List<Long> last = new ArrayList<>();
        for (int table = 0; table < users.length; table++) {
            if (users[table]
                    && !kernels[table]
                    && tables.level(table) == tables.format().levels() - 1) {
                last.add(tables.pa(table));
            }
        }
        return last;
    }
}
