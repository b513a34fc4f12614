package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
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
import dev.tablewalk.graph.Hex;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A diff for people: what could not be told, sums, and then the largest changes of each kind. */
public final class DiffText {
    private final Difference difference;
    private final List<GraphNode.Check> checks;
    private final int limit;
    private final PrintWriter out;
    private final Terminal terminal;

    private DiffText(
            Difference difference,
            List<GraphNode.Check> checks,
            int limit,
            PrintWriter out,
            Terminal terminal) {
        this.difference = difference;
        this.checks = checks;
        this.limit = limit;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Prints it.
     *
     * @param limit how many changes of each kind are listed; all are counted
     */
    public static void print(
            Difference difference,
            List<GraphNode.Check> checks,
            int limit,
            PrintWriter out,
            Terminal terminal) {
        new DiffText(difference, checks, limit, out, terminal).print();
    }

    private void print() {
        String apart = Moments.apart(difference.before(), difference.after());
        out.printf(
                "%s -> %s: %s%s, %s%n",
                difference.before().name(),
                difference.after().name(),
                difference.kinship().words(),
                apart.isEmpty() ? "" : ", " + apart,
                Printable.of(difference.after().kernelRelease()));
        difference.notices().forEach(notice -> out.println("note: " + Printable.of(notice)));
        out.println();
        tallies();
        checks();
        if (difference.isNone()) {
            out.println();
            out.println("Nothing differs.");
        } else {
            tasks();
            processes();
            kernel();
            nodes();
        }
        out.flush();
    }

    private void title(String text) {
        out.println();
        out.println(text);
    }

    private RowWriter table(String... columns) {
        return RowFormat.TABLE.write(List.of(columns), out, terminal);
    }

    private void more(int all) {
        if (all > limit) {
            out.printf("%d of %,d; --all lists them%n", limit, all);
        }
    }

    private void tallies() {
        try (RowWriter rows = table("nodes", "before", "after", "added", "removed", "changed")) {
            difference
                    .tallies()
                    .forEach(
                            (label, tally) -> {
                                if (tally.before() + tally.after() > 0) {
                                    rows.row(
                                            List.of(
                                                    label,
                                                    tally.before(),
                                                    tally.after(),
                                                    tally.added(),
                                                    tally.removed(),
                                                    tally.changed()));
                                }
                            });
        }
    }

    private void checks() {
        if (checks.isEmpty()) {
            return;
        }
        List<GraphNode.Check> differing =
                checks.stream()
                        .filter(
                                check ->
                                        !check.before().equals(check.after())
                                                || check.rowsBefore() != check.rowsAfter())
                        .toList();
        title(
                "Constraints: "
                        + (checks.size() - differing.size())
                        + " of "
                        + checks.size()
                        + " come to the same");
        if (!differing.isEmpty()) {
            try (RowWriter rows = table("constraint", "severity", "before", "after")) {
                for (GraphNode.Check check : differing) {
                    rows.row(
                            List.of(
                                    check.id(),
                                    check.severity(),
                                    check.before() + " (" + check.rowsBefore() + ")",
                                    check.after() + " (" + check.rowsAfter() + ")"));
                }
            }
        }
    }

    private void tasks() {
        List<TaskChange> told =
                difference.tasks().stream()
                        .filter(task -> !words(task).isEmpty())
                        .sorted(Comparator.comparing((TaskChange task) -> task.change().fate()))
                        .toList();
        if (told.isEmpty()) {
            return;
        }
        Map<String, Long> counts =
                told.stream()
                        .flatMap(task -> words(task).keySet().stream())
                        .collect(
                                Collectors.groupingBy(
                                        word -> word, LinkedHashMap::new, Collectors.counting()));
        title(
                "Tasks: "
                        + counts.entrySet().stream()
                                .map(count -> count.getValue() + " " + count.getKey())
                                .collect(Collectors.joining(", ")));
        // Threads that come and go with their process say nothing more.
        List<TaskChange> listed =
                told.stream()
                        .filter(
                                task ->
                                        task.change().fate() == Fate.CHANGED
                                                || task.task().pid() == task.task().tgid()
                                                || !comesOrGoesWithLeader(task, told))
                        .toList();
        Map<Fate, List<TaskChange>> byFate =
                listed.stream()
                        .collect(
                                Collectors.groupingBy(
                                        task -> task.change().fate(),
                                        () -> new EnumMap<>(Fate.class),
                                        Collectors.toList()));
        try (RowWriter rows = table("what", "pid", "name", "detail")) {
            byFate.values().stream()
                    .flatMap(of -> of.stream().limit(limit))
                    .forEach(task -> row(task, rows));
        }
        byFate.values().forEach(of -> more(of.size()));
    }

    private static void row(TaskChange task, RowWriter rows) {
        Map<String, String> words = words(task);
        rows.row(
                List.of(
                        String.join(", ", words.keySet()),
                        task.task().pid(),
                        task.task().name(),
                        words.values().stream()
                                .filter(text -> !text.isEmpty())
                                .collect(Collectors.joining("; "))));
    }

    private static boolean comesOrGoesWithLeader(TaskChange thread, List<TaskChange> told) {
        return told.stream()
                .anyMatch(
                        other ->
                                other.task().pid() == thread.task().tgid()
                                        && other.change().fate() == thread.change().fate());
    }

    /** What became of a task, each in a word, with what there is to say of it. */
    private static Map<String, String> words(TaskChange task) {
        Map<String, String> words = new LinkedHashMap<>();
        Map<String, Object> was = task.change().before();
        Map<String, Object> is = task.change().after();
        switch (task.change().fate()) {
            case ADDED -> words.put("born", "child of " + task.parentAfter());
            case REMOVED -> words.put("gone", "");
            case CHANGED -> {
                if (task.executed()) {
                    words.put("executed", "");
                }
                if (task.renamed()) {
                    String key = was.containsKey("name") ? "name" : "comm";
                    words.put("renamed", "was " + was.get(key));
                }
                if (task.reparented()) {
                    words.put(
                            "re-parented",
                            "from " + task.parentBefore() + " to " + task.parentAfter());
                }
                if (is.containsKey("exit_state")) {
                    words.put("ended", "");
                }
                if (is.containsKey("uid")) {
                    words.put("uid", was.get("uid") + " -> " + is.get("uid"));
                }
                if (is.containsKey("found_by")) {
                    words.put("views", was.get("found_by") + " -> " + is.get("found_by"));
                }
            }
        }
        return words;
    }

    private static String name(SpaceChange space) {
        return switch (space.owner()) {
            case SpaceChange.OfProcess process ->
                    process.pids().isEmpty()
                            ? "(no task)"
                            : process.pids().stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(","))
                                    + " "
                                    + process.comm();
            case SpaceChange.OfKernel kernel -> kernel.symbol();
        };
    }

    private static String fate(SpaceChange space) {
        if (space.fate() == null) {
            return "";
        }
        String by = space.executed() ? " by exec" : "";
        return (space.fate() == Fate.ADDED ? "new" : "gone") + by;
    }

    private static long changed(SpaceChange space) {
        return space.pages().stream()
                .filter(page -> page.kind() != PageChange.Kind.TOUCHED)
                .mapToLong(PageChange::pages)
                .sum();
    }

    private void processes() {
        List<SpaceChange> told =
                difference.processes().stream()
                        .filter(
                                space ->
                                        space.fate() != null
                                                || !space.pages().isEmpty()
                                                || !space.vmas().isEmpty()
                                                || !space.tables().isEmpty())
                        .sorted(Comparator.comparingLong(DiffText::changed).reversed())
                        .toList();
        if (told.isEmpty()) {
            return;
        }
        title("Pages of processes, by how many changed");
        pageCounts(told);
        more(told.size());
        List<SpaceChange> living =
                told.stream()
                        .filter(space -> space.fate() == null)
                        .filter(space -> !space.vmas().isEmpty() || changed(space) > 0)
                        .toList();
        for (SpaceChange space : living.subList(0, Math.min(limit, living.size()))) {
            title("Process " + Printable.of(name(space)));
            ranges(space);
        }
        if (!living.isEmpty()) {
            more(living.size());
        }
    }

    private void pageCounts(List<SpaceChange> spaces) {
        EnumMap<PageChange.Kind, Long> totals = new EnumMap<>(PageChange.Kind.class);
        spaces.forEach(
                space -> space.pageCounts().forEach((kind, n) -> totals.merge(kind, n, Long::sum)));
        List<PageChange.Kind> kinds = List.copyOf(totals.keySet());
        List<String> columns = new ArrayList<>(List.of("whose", "fate", "tables"));
        kinds.forEach(kind -> columns.add(kind.text().replace('_', ' ')));
        try (RowWriter rows = RowFormat.TABLE.write(columns, out, terminal)) {
            for (SpaceChange space : spaces.subList(0, Math.min(limit, spaces.size()))) {
                List<Object> row =
                        new ArrayList<>(List.of(name(space), fate(space), tables(space)));
                Map<PageChange.Kind, Long> counts = space.pageCounts();
                kinds.forEach(kind -> row.add(counts.getOrDefault(kind, 0L)));
                rows.row(row);
            }
            List<Object> row = new ArrayList<>(List.of("all", "", ""));
            kinds.forEach(kind -> row.add(totals.get(kind)));
            rows.row(row);
        }
        spaces.stream()
                .filter(space -> !space.whole())
                .forEach(
                        space ->
                                out.println(
                                        "note: the tables of "
                                                + Printable.of(name(space))
                                                + " repeat so often that not all was compared"));
    }

    /** Such as {@code +3 -1 ~2}: added, removed, moved. */
    private static String tables(SpaceChange space) {
        StringBuilder text = new StringBuilder();
        for (TableChange.Kind kind : TableChange.Kind.values()) {
            long n = space.tables().stream().filter(table -> table.kind() == kind).count();
            if (n > 0) {
                text.append(text.isEmpty() ? "" : " ")
                        .append(
                                switch (kind) {
                                    case ADDED -> '+';
                                    case REMOVED -> '-';
                                    case MOVED -> '~';
                                })
                        .append(n);
            }
        }
        return text.toString();
    }

    /** A stretch of pages with one kind of change in one area, whatever frames they lead to. */
    private record Stretch(
            String change, long va, long pages, String from, String to, @Nullable Area area) {}

    private void ranges(SpaceChange space) {
        if (!space.vmas().isEmpty()) {
            try (RowWriter rows = table("VMA", "addresses", "pages", "was", "is", "of")) {
                space.vmas().stream()
                        .sorted(Comparator.comparingLong(DiffText::sizeOf).reversed())
                        .limit(limit)
                        .forEach(
                                vma ->
                                        rows.row(
                                                List.of(
                                                        vma.kind().text(),
                                                        addresses(vma.start(), vma.end()),
                                                        sizeOf(vma) / difference.pageSize(),
                                                        perms(vma.before()),
                                                        perms(vma.after()),
                                                        vma.vma().name())));
            }
            more(space.vmas().size());
        }
        List<Stretch> stretches = stretches(space);
        if (!stretches.isEmpty()) {
            try (RowWriter rows = table("pages", "addresses", "pages", "was", "is", "in")) {
                stretches.stream()
                        .sorted(Comparator.comparingLong(Stretch::pages).reversed())
                        .limit(limit)
                        .forEach(
                                each ->
                                        rows.row(
                                                List.of(
                                                        each.change,
                                                        addresses(
                                                                each.va,
                                                                each.va
                                                                        + each.pages
                                                                                * difference
                                                                                        .pageSize()),
                                                        each.pages,
                                                        each.from,
                                                        each.to,
                                                        area(each.area))));
            }
            more(stretches.size());
        }
    }

    private static long sizeOf(VmaChange vma) {
        return vma.end() - vma.start();
    }

    private static String perms(GraphNode.@Nullable Vma vma) {
        return vma == null ? "" : vma.perms();
    }

    private static String area(@Nullable Area area) {
        return area == null
                ? "(no VMA)"
                : area.name().isEmpty() ? "anonymous " + area.perms() : area.name();
    }

    private static String addresses(long start, long end) {
        return Hex.of(start) + "-" + Hex.of(end);
    }

    private List<Stretch> stretches(SpaceChange space) {
        List<Stretch> stretches = new ArrayList<>();
        for (PageChange page : space.pages()) {
            if (page.kind() == PageChange.Kind.TOUCHED) {
                continue;
            }
            Stretch next =
                    new Stretch(
                            page.kind().text().replace('_', ' '),
                            page.va(),
                            page.pages(),
                            perms(page.before()),
                            perms(page.after()),
                            page.area());
            Stretch last = stretches.isEmpty() ? null : stretches.getLast();
            if (last != null
                    && last.va + last.pages * difference.pageSize() == next.va
                    && last.change.equals(next.change)
                    && last.from.equals(next.from)
                    && last.to.equals(next.to)
                    && Objects.equals(last.area, next.area)) {
                stretches.set(
                        stretches.size() - 1,
                        new Stretch(
                                last.change,
                                last.va,
                                last.pages + next.pages,
                                last.from,
                                last.to,
                                last.area));
            } else {
                stretches.add(next);
            }
        }
        return stretches;
    }

    private static String perms(@Nullable Target target) {
        return switch (target) {
            case null -> "";
            case Target.Frames frames -> DiffRows.perms(frames.attributes());
            case Target.Slots slots -> slots.swap() ? "swap" : "mark";
        };
    }

    private void kernel() {
        List<SpaceChange> told = difference.kernel();
        if (told.isEmpty()) {
            return;
        }
        title("Pages of the kernel");
        pageCounts(told);
        for (SpaceChange space : told) {
            if (changed(space) > 0) {
                title("Kernel, " + name(space));
                ranges(space);
            }
        }
        List<TableChange> tables = told.stream().flatMap(space -> space.tables().stream()).toList();
        if (!tables.isEmpty()) {
            title("Tables of the kernel");
            try (RowWriter rows = table("what", "level", "va", "was at", "is at")) {
                for (TableChange each : tables.subList(0, Math.min(limit, tables.size()))) {
                    rows.row(
                            List.of(
                                    each.kind().text(),
                                    each.level(),
                                    Hex.of(each.va()),
                                    each.before() == null ? "" : Hex.of(each.before()),
                                    each.after() == null ? "" : Hex.of(each.after())));
                }
            }
            more(tables.size());
        }
    }

    private void nodes() {
        List<NodeChange<?>> told = difference.nodes();
        if (told.isEmpty()) {
            return;
        }
        title("Files and others");
        try (RowWriter rows = table("what", "kind", "name", "was", "is")) {
            for (NodeChange<?> each : told.subList(0, Math.min(limit, told.size()))) {
                rows.row(
                        List.of(
                                each.fate().text(),
                                each.node().label().text().toLowerCase(Locale.ROOT),
                                name(each.node()),
                                each.before().isEmpty() ? "" : each.before().toString(),
                                each.after().isEmpty() ? "" : each.after().toString()));
            }
        }
        more(told.size());
    }

    private static String name(GraphNode node) {
        return switch (node) {
            case GraphNode.File file -> file.path();
            case GraphNode.Region region -> region.name();
            case GraphNode.Anomaly anomaly -> anomaly.kind() + " " + Hex.of(anomaly.address());
            case GraphNode.PageTable table -> table.level() + " at " + Hex.of(table.pa());
            default -> "";
        };
    }
}
