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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The walks from every root: the kernel's own first, then those of address spaces as they come. */
final class TableWalks {
    private final Kernel kernel;
    private final PageTableFormat format;
    private final PageTableWalk walk;
    private final Progress progress;
    private final long mainRoot;
    private final Set<Long> walkedRoots = new HashSet<>();

    /** By which the kernel is entered from processes. */
    private @Nullable RootTable entry;

    TableWalks(
            Kernel kernel,
            PageTableFormat format,
            List<KernelRoots.Root> roots,
            Anomalies anomalies,
            Progress progress) {
        this.kernel = kernel;
        this.format = format;
        this.progress = progress;
        this.mainRoot = kernel.map().rootPa();
        int deepest =
                Math.max(
                        format.vaBits(),
                        roots.stream().mapToInt(r -> r.format().vaBits()).max().orElse(0));
        walk = new PageTableWalk(kernel.memory().physical(), format.withVaBits(deepest), anomalies);
        for (KernelRoots.Root root : roots) {
            RootTable table = new RootTable(root.pa(), root.format(), root.va());
            switch (root.kind()) {
                case KERNEL -> {
                    walk.walk(table);
                    walk.share(table);
                }
                case TRAMPOLINE -> {
                    walk.walkWhole(table);
                    entry = table;
                }
                case IDENTITY, EMPTY, ALIAS, MM -> walk.walk(table);
            }
            progress.advance(1);
        }
    }

    private void walkUsers(RootTable kernels) {
        if (entry != null) {
            RootTable of = entry;
            kernel.architecture()
                    .userRoot(kernel.map(), kernel.memory().physical(), kernels.pa())
                    .ifPresent(pa -> walk.walkUsers(new RootTable(pa, format, 0), kernels, of));
        }
    }

    /** Walks those that were not walked before. */
    void addAll(Collection<FoundMm> mms) {
        for (FoundMm mm : mms) {
            if (!mm.kernel() && mm.pgdPa() >= 0 && walkedRoots.add(mm.pgdPa())) {
                RootTable root = new RootTable(mm.pgdPa(), format, 0);
                walk.walk(root);
                walkUsers(root);
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
        return reached(rootsOf(walkedRoots));
    }

    /** Of each table, whether the kernel's main root reaches it. */
    boolean[] reachedByKernel() {
        return reached(rootsOf(Set.of(mainRoot)));
    }

    private static boolean[] reached(int[] roots) {
        boolean[] reached = new boolean[roots.length];
        for (int table = 0; table < roots.length; table++) {
            reached[table] = roots[table] >= 0;
        }
        return reached;
    }

    /** Of each table, the row of a root that reaches it, or -1. */
    private int[] rootsOf(Set<Long> from) {
        PageTables tables = tables();
        int[] roots = new int[tables.count()];
        Arrays.fill(roots, -1);
        for (long root : from) {
            int row = tables.row(root);
            if (row >= 0) {
                roots[row] = row;
            }
        }
        boolean more = true;
        while (more) { // once for each level
            more = false;
            for (int i = 0; i < tables.pointerCount(); i++) {
                int to = tables.pointerTo(i);
                if (roots[tables.pointerFrom(i)] >= 0 && roots[to] < 0) {
                    roots[to] = roots[tables.pointerFrom(i)];
                    more = true;
                }
            }
        }
        return roots;
    }

    /**
     * Physical addresses of the tables of the last level that processes reach, by address space.
     * Those of the kernel are not among them though a process reaches them: one pointer to a tree
     * of those would outnumber the processes' own.
     */
    Collection<List<Long>> lastLevelOfUsers() {
        PageTables tables = tables();
        int[] users = rootsOf(walkedRoots);
        boolean[] kernels = reachedByKernel();
        Map<Integer, List<Long>> last = new LinkedHashMap<>();
        for (int table = 0; table < users.length; table++) {
            if (users[table] >= 0
                    && !kernels[table]
                    && tables.level(table) == tables.format().levels() - 1) {
                last.computeIfAbsent(users[table], _ -> new ArrayList<>()).add(tables.pa(table));
            }
        }
        return last.values();
    }
}
