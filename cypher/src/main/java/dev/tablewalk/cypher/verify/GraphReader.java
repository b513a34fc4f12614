package dev.tablewalk.cypher.verify;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a checkpoint the facts that a truth can be compared with. Costs a scan of the tasks,
 * VMAs and user mappings; relationships are read as they are stored, in runs, and not yet expanded
 * to pages.
 */
final class GraphReader {
    /** Of such VMAs {@code /proc/PID/pagemap} tells no page: {@code walk_page_test()}. */
    private static final long VM_PFNMAP = 0x400;

    private final Checkpoint checkpoint;
    private final SortedMap<Integer, GraphFacts.Task> tasks = new TreeMap<>();
    private final SortedMap<Integer, GraphFacts.AddressSpace> spaces = new TreeMap<>();
    private final Map<Long, GraphFacts.Table> tables = new HashMap<>();

    private GraphReader(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    static GraphFacts read(Checkpoint checkpoint, Progress progress) {
        progress.stage("read graph", 0);
        if (!(checkpoint.info().properties().get("page_size") instanceof Long pageSize)) {
            throw UserError.input(
                    "checkpoint "
                            + checkpoint.info().name()
                            + " does not tell its page size: ingest its image again");
        }
        GraphReader reader = new GraphReader(checkpoint);
        reader.readTasks();
        reader.readProcesses();
        reader.readTables();
        return new GraphFacts(pageSize, reader.tasks, reader.spaces, reader.tables);
    }

    private void readTasks() {
        each(
                "MATCH (t:Task) WHERE NOT t.idle OPTIONAL MATCH (p:Task)-[:PARENT_OF]->(t)"
                        + " RETURN t.pid, t.tgid, t.comm, t.name, t.flags, t.start_time, t.state,"
                        + " coalesce(p.tgid, -1), t.uid, coalesce(t.cpu, -1),"
                        + " coalesce(t.context_switches, -1)",
                row -> {
                    int tid = (int) number(row, 0);
                    tasks.put(
                            tid,
                            new GraphFacts.Task(
                                    tid,
                                    (int) number(row, 1),
                                    text(row, 2),
                                    text(row, 3),
                                    number(row, 4),
                                    number(row, 5),
                                    new Truth.Standing(
                                            text(row, 6),
                                            (int) number(row, 7),
                                            number(row, 8),
                                            (int) number(row, 9),
                                            number(row, 10))));
                });
    }

    /** A kernel thread may borrow an mm, but /proc shows none of it. */
    private void readProcesses() {
        String leaders =
                "MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(mm:MmStruct)"
                        + " WHERE t.pid = t.tgid AND NOT t.kthread ";
        each(
                leaders
                        + "OPTIONAL MATCH (mm)-[:POINTS_TO {field: 'pgd'}]->(root:PageTable)"
                        + " RETURN t.pid, id(root)",
                row ->
                        spaces.put(
                                (int) number(row, 0),
                                new GraphFacts.AddressSpace(
                                        (Long) row.get(1),
                                        new TreeMap<>(Long::compareUnsigned),
                                        new VaRanges())));
        each(
                leaders
                        + "MATCH (mm)-[:HAS_VMA]->(v:Vma)"
                        + " RETURN t.pid, v.start, v.end, v.perms, v.name, v.flags",
                row -> {
                    GraphFacts.AddressSpace space = spaces.get((int) number(row, 0));
                    if (space != null) {
                        long start = number(row, 1);
                        space.areas()
                                .put(
                                        start,
                                        new Truth.Area(
                                                start, number(row, 2), text(row, 3), text(row, 4)));
                        if ((number(row, 5) & VM_PFNMAP) != 0) {
                            space.untold().add(start, number(row, 2));
                        }
                    }
                });
    }

    /** User halves only: a kernel address is negative as a signed number. */
    private void readTables() {
        each(
                "MATCH (t:PageTable)-[r:POINTS_TO]->(below:PageTable) WHERE r.va >= 0"
                        + " RETURN id(t), id(below), r.va - below.va",
                row ->
                        table(row)
                                .children()
                                .add(new GraphFacts.Child(number(row, 1), number(row, 2))));
        each(
                "MATCH (t:PageTable)-[r:POINTS_TO]->(p:PageRange) WHERE r.va >= 0"
                        + " RETURN id(t), r.va, r.pages, p.pfn",
                row ->
                        table(row)
                                .runs()
                                .add(
                                        new GraphFacts.Run(
                                                number(row, 1),
                                                number(row, 2),
                                                Target.present(number(row, 3)))));
        each(
                // pte_to_pagemap_entry() has all of them as swapped.
                "MATCH (t:PageTable)-[r:SWAPPED_TO|MARKED_AS]->(s)"
                        + " RETURN id(t), r.va, r.pages, s.type, s.offset, s.pages",
                row ->
                        table(row)
                                .runs()
                                .add(
                                        new GraphFacts.Run(
                                                number(row, 1),
                                                number(row, 2),
                                                Target.swapped(number(row, 3), number(row, 4)),
                                                number(row, 5) == 0)));
    }

    private GraphFacts.Table table(List<@Nullable Object> row) {
        return tables.computeIfAbsent(number(row, 0), number -> new GraphFacts.Table());
    }

    private void each(String cypher, Consumer<List<@Nullable Object>> take) {
        try (Rows rows = checkpoint.query(cypher, Map.of())) {
            rows.forEachRemaining(take);
        }
    }

    private static long number(List<@Nullable Object> row, int column) {
        return row.get(column) instanceof Long number ? number : 0;
    }

    private static String text(List<@Nullable Object> row, int column) {
        return row.get(column) instanceof String text ? text : "";
    }
}
