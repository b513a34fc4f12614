package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.diff.Area;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.NodeChange;
import dev.tablewalk.cypher.diff.PageChange;
import dev.tablewalk.cypher.diff.SpaceChange;
import dev.tablewalk.cypher.diff.TableChange;
import dev.tablewalk.cypher.diff.Target;
import dev.tablewalk.cypher.diff.TaskChange;
import dev.tablewalk.cypher.diff.VmaChange;
import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.graph.PropertyMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All of a diff as rows of one shape, for programs. {@code subject} is {@code task}, {@code mm},
 * {@code vma}, {@code table}, {@code pages}, {@code file}, {@code region}, {@code anomaly} or
 * {@code cpu}; {@code root} is {@code mm} for a process's own tree, or the symbol of one of the
 * kernel's. Addresses are signed integers, as in the graph.
 */
public final class DiffRows {
    /** The columns. */
    public static final List<String> COLUMNS =
            List.of(
                    "subject", "change", "pids", "comm", "root", "va", "end", "pages", "name",
                    "before", "after");

    private final Difference difference;
    private final Consumer<List<? extends @Nullable Object>> to;

    private DiffRows(Difference difference, Consumer<List<? extends @Nullable Object>> to) {
        this.difference = difference;
        this.to = to;
    }

    /** Hands over all rows. */
    public static void each(Difference difference, Consumer<List<? extends @Nullable Object>> to) {
        DiffRows rows = new DiffRows(difference, to);
        difference.tasks().forEach(rows::task);
        difference.nodes().forEach(rows::node);
        difference.processes().forEach(rows::space);
        difference.kernel().forEach(rows::space);
    }

    private void row(@Nullable Object... values) {
        to.accept(Arrays.asList(values));
    }

    private void task(TaskChange change) {
        GraphNode.Task task = change.task();
        Map<String, Object> before = new LinkedHashMap<>();
        Map<String, Object> after = new LinkedHashMap<>();
        if (change.change().fate() == Fate.CHANGED) {
            before.putAll(change.change().before());
            after.putAll(change.change().after());
        } else {
            (change.change().fate() == Fate.ADDED ? after : before)
                    .putAll(PropertyMap.of(task::describe));
        }
        boolean parents = change.change().fate() != Fate.CHANGED || change.reparented();
        if (parents && change.parentBefore() != null) {
            before.put("parent", (long) change.parentBefore());
        }
        if (parents && change.parentAfter() != null) {
            after.put("parent", (long) change.parentAfter());
        }
        row(
                "task",
                change.executed() ? "executed" : change.change().fate().text(),
                List.of((long) task.pid()),
                task.comm(),
                null,
                null,
                null,
                null,
                task.name(),
                orNull(before),
                orNull(after));
    }

    private void node(NodeChange<?> change) {
        Map<String, Object> all =
                change.fate() == Fate.CHANGED ? null : PropertyMap.of(change.node()::describe);
        row(
                change.node().label().text().toLowerCase(Locale.ROOT),
                change.fate().text(),
                null,
                null,
                null,
                null,
                null,
                null,
                name(change.node()),
                change.fate() == Fate.CHANGED
                        ? change.before()
                        : change.fate() == Fate.REMOVED ? all : null,
                change.fate() == Fate.CHANGED
                        ? change.after()
                        : change.fate() == Fate.ADDED ? all : null);
    }

    private static @Nullable String name(GraphNode node) {
        return switch (node) {
            case GraphNode.File file -> file.path();
            case GraphNode.Region region -> region.name();
            case GraphNode.Anomaly anomaly -> anomaly.kind();
            default -> null;
        };
    }

    private void space(SpaceChange space) {
        List<Long> pids = null;
        String comm = null;
        String root = null;
        switch (space.owner()) {
            case SpaceChange.OfProcess process -> {
                pids = process.pids().stream().map(Integer::longValue).toList();
                comm = process.comm();
                root = "mm";
            }
            case SpaceChange.OfKernel kernel -> root = kernel.symbol();
        }
        NodeChange<GraphNode.MmStruct> mm = space.mm();
        if (mm != null) {
            boolean changed = mm.fate() == Fate.CHANGED;
            Map<String, Object> all = PropertyMap.of(mm.node()::describe);
            row(
                    "mm",
                    space.executed() ? mm.fate().text() + " by exec" : mm.fate().text(),
                    pids,
                    comm,
                    root,
                    null,
                    null,
                    null,
                    null,
                    changed ? mm.before() : mm.fate() == Fate.REMOVED ? all : null,
                    changed ? mm.after() : mm.fate() == Fate.ADDED ? all : null);
        }
        for (VmaChange vma : space.vmas()) {
            row(
                    "vma",
                    vma.kind().text(),
                    pids,
                    comm,
                    root,
                    vma.start(),
                    vma.end(),
                    (vma.end() - vma.start()) / difference.pageSize(),
                    vma.vma().name(),
                    vma(vma.before()),
                    vma(vma.after()));
        }
        for (TableChange table : space.tables()) {
            row(
                    "table",
                    table.kind().text(),
                    pids,
                    comm,
                    root,
                    table.va(),
                    null,
                    null,
                    table.level(),
                    table.before() == null ? null : Map.of("pa", table.before()),
                    table.after() == null ? null : Map.of("pa", table.after()));
        }
        for (PageChange pages : space.pages()) {
            Area area = pages.area();
            row(
                    "pages",
                    pages.kind().text(),
                    pids,
                    comm,
                    root,
                    pages.va(),
                    pages.va() + pages.pages() * difference.pageSize(),
                    pages.pages(),
                    area == null ? null : area.name(),
                    target(pages.before()),
                    target(pages.after()));
        }
    }

    private static @Nullable Map<String, Object> orNull(Map<String, Object> map) {
        return map.isEmpty() ? null : map;
    }

    private static @Nullable Map<String, Object> vma(GraphNode.@Nullable Vma vma) {
        if (vma == null) {
            return null;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("start", vma.start());
        map.put("end", vma.end());
        map.put("perms", vma.perms());
        map.put("flags", vma.flags());
        map.put("pgoff", vma.pgoff());
        map.put("name", vma.name());
        return map;
    }

    private @Nullable Map<String, Object> target(@Nullable Target target) {
        Map<String, Object> map = new LinkedHashMap<>();
        switch (target) {
            case null -> {
                return null;
            }
            case Target.Frames frames -> {
                map.put("pfn", frames.pa() / difference.pageSize());
                map.put("perms", perms(frames.attributes()));
                map.put("size", frames.size());
                map.put("accessed", frames.attributes().accessed());
                map.put("dirty", frames.attributes().dirty());
            }
            case Target.Slots slots -> {
                map.put(slots.swap() ? "swap_type" : "mark_type", (long) slots.type());
                map.put(slots.swap() ? "swap_offset" : "mark_offset", slots.offset());
            }
        }
        return map;
    }

    /** What entries allow, in the letters of {@code tw.perms}. */
    static String perms(LeafAttributes of) {
        return (of.valid() ? "r" : "-")
                + (of.writable() ? "w" : "-")
                + (of.executable() ? "x" : "-")
                + (of.kernelExecutable() ? "k" : "-")
                + (of.user() ? "u" : "-");
    }
}
