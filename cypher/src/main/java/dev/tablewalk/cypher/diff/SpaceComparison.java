package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphNode.MmStruct;
import dev.tablewalk.graph.NodeLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compares address spaces, each with its counterpart. Work follows what differs in a side's runs: a
 * step for each run and table, never for each page.
 */
final class SpaceComparison {
    private static final int NONE = -1;
    private static final Area NO_AREA = new Area(0, 0, "", "");

    private final Side before;
    private final Side after;
    private final Counterparts counterparts;
    private final Kinship kinship;
    private final @Nullable ContentChanges contents;
    private final TreeWalk beforeWalk;
    private final TreeWalk afterWalk;
    private final long pageSize;
    private final Map<Integer, Map<Area, Long>> written = new HashMap<>();

    SpaceComparison(
            Side before,
            Side after,
            Counterparts counterparts,
            Kinship kinship,
            @Nullable ContentChanges contents) {
        this.before = before;
        this.after = after;
        this.counterparts = counterparts;
        this.kinship = kinship;
        this.contents = contents;
        this.beforeWalk = new TreeWalk(before);
        this.afterWalk = new TreeWalk(after);
        this.pageSize = Math.min(before.pageSize(), after.pageSize());
    }

    /** What became of every address space that differs; those of processes by pid. */
    List<SpaceChange> processes() {
        Map<Integer, List<GraphNode.Task>> had = before.processesByMm();
        Map<Integer, List<GraphNode.Task>> have = after.processesByMm();
        List<SpaceChange> changes = new ArrayList<>();
        for (int mm : before.all(NodeLabel.MM_STRUCT)) {
            int counterpart = counterparts.matching().afterOf(mm);
            List<GraphNode.Task> tasks =
                    have.getOrDefault(counterpart, had.getOrDefault(mm, List.of()));
            process(tasks, mm, counterpart, changes);
        }
        for (int mm : after.all(NodeLabel.MM_STRUCT)) {
            if (counterparts.matching().beforeOf(mm) == NONE) {
                process(have.getOrDefault(mm, List.of()), NONE, mm, changes);
            }
        }
        changes.sort(Comparator.comparingInt(SpaceComparison::firstPid));
        return changes;
    }

    private static int firstPid(SpaceChange change) {
        return change.owner() instanceof SpaceChange.OfProcess process && !process.pids().isEmpty()
                ? process.pids().getFirst()
                : Integer.MAX_VALUE;
    }

    private void process(
            List<GraphNode.Task> tasks, int mm, int counterpart, List<SpaceChange> changes) {
        SpaceChange.Owner owner =
                new SpaceChange.OfProcess(
                        tasks.stream().map(GraphNode.Task::pid).toList(),
                        tasks.isEmpty() ? "" : tasks.getFirst().name());
        boolean executed =
                counterpart == NONE
                        ? counterparts.wasLeftByExec(mm)
                        : mm == NONE && counterparts.wasMadeByExec(counterpart);
        List<Integer> vmasBefore = mm == NONE ? List.of() : before.vmasOf(mm);
        List<Integer> vmasAfter = counterpart == NONE ? List.of() : after.vmasOf(counterpart);
        NodeChange<MmStruct> change =
                NodeChange.of(
                        mm == NONE ? null : before.node(mm, MmStruct.class),
                        counterpart == NONE ? null : after.node(counterpart, MmStruct.class));
        Trees trees =
                trees(
                        ownRoot(before, mm),
                        ownRoot(after, counterpart),
                        LongUnaryOperator.identity(),
                        Areas.ofVmas(before, vmasBefore),
                        Areas.ofVmas(after, vmasAfter));
        SpaceChange space =
                new SpaceChange(
                        owner,
                        fate(mm, counterpart),
                        executed,
                        change,
                        vmas(vmasBefore, vmasAfter),
                        trees.tables,
                        trees.pages,
                        trees.whole);
        for (PageChange page : space.pages()) {
            if (page.kind() == PageChange.Kind.WRITTEN) {
                written.computeIfAbsent(counterpart, _ -> new HashMap<>())
                        .merge(
                                page.area() == null ? NO_AREA : page.area(),
                                page.pages(),
                                Long::sum);
            }
        }
        if (!space.isNone()) {
            changes.add(space);
        }
    }

    /** The root of an address space; -1 if it is the kernel's own, as that of {@code init_mm}. */
    private static int ownRoot(Side side, int mm) {
        int root = mm == NONE ? NONE : side.rootOf(mm);
        return side.kernelRoots().containsValue(root) ? NONE : root;
    }

    /**
     * Of each address space of after that was asked for the pages that were written, by area; of no
     * area under {@link #NO_AREA}.
     */
    Map<Integer, Map<Area, Long>> written() {
        return written;
    }

    /** What became of the kernel's own trees. */
    List<SpaceChange> kernel() {
        Map<String, Integer> had = before.kernelRoots();
        Map<String, Integer> have = after.kernelRoots();
        Set<String> symbols = new LinkedHashSet<>(had.keySet());
        symbols.addAll(have.keySet());
        Areas areas = Areas.ofRegions(after.regions());
        List<SpaceChange> changes = new ArrayList<>();
        for (String symbol : symbols) {
            int root = had.getOrDefault(symbol, NONE);
            int counterpart = have.getOrDefault(symbol, NONE);
            LongUnaryOperator place =
                    kinship.isSameBoot() ? LongUnaryOperator.identity() : counterparts.shift()::of;
            Trees trees = trees(root, counterpart, place, areas, areas);
            SpaceChange space =
                    new SpaceChange(
                            new SpaceChange.OfKernel(symbol),
                            fate(root, counterpart),
                            false,
                            null,
                            List.of(),
                            trees.tables,
                            trees.pages,
                            trees.whole);
            if (!space.isNone()) {
                changes.add(space);
            }
        }
        return changes;
    }

    private List<VmaChange> vmas(List<Integer> ones, List<Integer> others) {
        List<VmaChange> changes = new ArrayList<>();
        Segments.visit(
                VmaStretch.of(before, ones),
                VmaStretch.of(after, others),
                (start, end, one, other) -> {
                    VmaChange.Kind kind = kind(start, one, other);
                    if (kind != null) {
                        changes.add(
                                new VmaChange(
                                        kind,
                                        start,
                                        end,
                                        one == null ? null : one.vma(),
                                        other == null ? null : other.vma()));
                    }
                });
        return changes;
    }

    private VmaChange.@Nullable Kind kind(
            long start, @Nullable VmaStretch one, @Nullable VmaStretch other) {
        Matching matching = counterparts.matching();
        if (one == null || other == null) {
            if (one != null) {
                return matching.afterOf(one.number()) == NONE
                        ? VmaChange.Kind.UNMAPPED
                        : VmaChange.Kind.SHRUNK;
            }
            return matching.beforeOf(Objects.requireNonNull(other).number()) == NONE
                    ? VmaChange.Kind.MAPPED
                    : VmaChange.Kind.GROWN;
        }
        GraphNode.Vma was = one.vma();
        GraphNode.Vma is = other.vma();
        int file = before.fileOf(one.number());
        int itsFile = after.fileOf(other.number());
        boolean sameFile = (file == NONE ? NONE : matching.afterOf(file)) == itsFile;
        long offset = was.pgoff() + (start - was.start()) / before.pageSize();
        long itsOffset = is.pgoff() + (start - is.start()) / after.pageSize();
        // What backs anonymous memory has no offset that means anything.
        if (!sameFile || (file != NONE && offset != itsOffset)) {
            return VmaChange.Kind.REPLACED;
        }
        if (!was.perms().equals(is.perms())) {
            return VmaChange.Kind.REPROTECTED;
        }
        return was.flags() == is.flags() ? null : VmaChange.Kind.FLAGGED;
    }

    private record VmaStretch(int number, GraphNode.Vma vma) implements Segments.Stretch {
        static List<VmaStretch> of(Side side, List<Integer> vmas) {
            return vmas.stream()
                    .map(vma -> new VmaStretch(vma, side.node(vma, GraphNode.Vma.class)))
                    .toList();
        }

        @Override
        public long va() {
            return vma.start();
        }

        @Override
        public long end() {
            return vma.end();
        }
    }

    /** What became of what is on at most one side; null if it is on both. */
    private static @Nullable Fate fate(int one, int other) {
        if (one != NONE && other != NONE) {
            return null;
        }
        return one == NONE ? Fate.ADDED : Fate.REMOVED;
    }

    private record Trees(List<TableChange> tables, List<PageChange> pages, boolean whole) {}

    private Trees trees(
            int root,
            int counterpart,
            LongUnaryOperator place,
            Areas areasBefore,
            Areas areasAfter) {
        Run.Mapped none = new Run.Mapped(List.of(), true);
        Run.Mapped had = root == NONE ? none : Run.of(before, beforeWalk, root, place);
        Run.Mapped has =
                counterpart == NONE
                        ? none
                        : Run.of(after, afterWalk, counterpart, LongUnaryOperator.identity());
        PageChanges pages = new PageChanges(pageSize, contents, areasBefore, areasAfter);
        Segments.visit(had.runs(), has.runs(), pages);
        return new Trees(tables(root, counterpart, place), pages.all(), had.whole() && has.whole());
    }

    private List<TableChange> tables(int root, int counterpart, LongUnaryOperator place) {
        List<TableChange> changes = new ArrayList<>();
        tables(
                before,
                beforeWalk,
                root,
                (table, va) -> {
                    GraphNode.PageTable was = before.node(table, GraphNode.PageTable.class);
                    int other = counterparts.matching().afterOf(table);
                    Long is =
                            other == NONE
                                    ? null
                                    : (Long) after.node(other, GraphNode.PageTable.class).pa();
                    if (is == null || is != was.pa()) {
                        changes.add(
                                new TableChange(
                                        is == null
                                                ? TableChange.Kind.REMOVED
                                                : TableChange.Kind.MOVED,
                                        was.level(),
                                        place.applyAsLong(va),
                                        was.pa(),
                                        is));
                    }
                });
        tables(
                after,
                afterWalk,
                counterpart,
                (table, va) -> {
                    if (counterparts.matching().beforeOf(table) == NONE) {
                        GraphNode.PageTable is = after.node(table, GraphNode.PageTable.class);
                        changes.add(
                                new TableChange(
                                        TableChange.Kind.ADDED, is.level(), va, null, is.pa()));
                    }
                });
        changes.sort(Comparator.comparing(TableChange::kind).thenComparingLong(TableChange::va));
        return List.copyOf(changes);
    }

    /** Shows each table of a tree once, with the first address that it covers there. */
    private static void tables(Side side, TreeWalk walk, int root, TreeWalk.Visitor visitor) {
        if (root == NONE) {
            return;
        }
        Set<Integer> seen = new HashSet<>();
        walk.walk(
                root,
                (table, moved) -> {
                    Long va = side.node(table, GraphNode.PageTable.class).va();
                    if (seen.add(table)) {
                        visitor.table(table, (va == null ? 0 : va) + moved);
                    }
                });
    }
}
