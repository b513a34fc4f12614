package dev.tablewalk.cli.dataset;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Cypher, {@code check} and the frames' hashes say of one checkpoint, for what is said of many
 * to be held against.
 *
 * @param kernel the columns of a kernel in use, as text
 * @param violations rows of each constraint that does not hold
 * @param anomalies by kind
 * @param processes those with an address space
 * @param owners of one page: pid, comm, VMA, address, writable; one that says nothing if none
 * @param executables pages that can be executed, by comm, VMA and permissions
 * @param kernelTables what each table of the kernel's regions says, by region, level and place
 * @param hashes frames by the hash of their content
 */
record MomentFacts(
        String name,
        String guest,
        long capturedAt,
        String build,
        String kernel,
        long pageSize,
        long lowestPa,
        Map<String, Long> violations,
        Map<String, Long> anomalies,
        List<Space> processes,
        List<String> owners,
        Map<String, Long> executables,
        Map<String, String> kernelTables,
        Map<Long, Long> hashes) {
    /** Of those that processes map, counted from the lowest of them. */
    static final long LOOKED_AT_PAGE = 0;

    /** What of an entry is no part of what it says. */
    private static final Set<String> IN_USE =
            Set.of("accessed", "dirty", "raw", "va", "size", "index", "entries", "pages");

    /** A process, with the pages that are present in its VMAs. */
    record Space(long pid, String comm, long started, long pages, long writable) {}

    static String severity(String check) {
        return Objects.toString(QueryLibrary.builtIn().get(check).severity());
    }

    static MomentFacts of(Checkpoint checkpoint) {
        Map<String, Object> of = checkpoint.info().properties();
        Map<String, Long> violations = new TreeMap<>();
        for (Outcome outcome :
                new CheckRun(checkpoint, Map.of(), 0, Progress.NONE)
                        .outcomes(QueryLibrary.builtIn().constraints())) {
            if (outcome.count() > 0) {
                violations.put(outcome.query().id(), outcome.count());
            }
        }
        Map<String, Long> anomalies = new TreeMap<>();
        for (List<@Nullable Object> row :
                rows(checkpoint, "MATCH (a:Anomaly) RETURN a.kind, count(*)", Map.of())) {
            anomalies.put(text(row, 0), number(row, 1));
        }
        List<Space> processes = new ArrayList<>();
        String sizes =
                """
                MATCH (m:MmStruct)<-[:POINTS_TO {field: 'mm'}]-(t:Task)
                WITH m, t ORDER BY t.pid
                WITH m, head(collect(t)) AS t
                MATCH (m)-[:HAS_VMA]->(v)
                WITH m, t, sum(v.pages_present) AS pages
                RETURN t.tgid, t.comm, COLLECT { MATCH (l:Task {pid: t.tgid}) RETURN l.start_time }[0], pages,
                  COLLECT {
                    CALL tw.leaves(m) YIELD leaf, va, vmas UNWIND vmas AS v
                    WITH leaf, v, va, va + leaf.pages * $page AS end WHERE leaf.writable
                    RETURN sum((CASE WHEN end < v.end THEN end ELSE v.end END
                      - CASE WHEN va > v.start THEN va ELSE v.start END) / $page)
                  }[0]
                """;
        long pageSize = (Long) Objects.requireNonNull(of.get("page_size"));
        for (List<@Nullable Object> row : rows(checkpoint, sizes, Map.of("page", pageSize))) {
            processes.add(
                    new Space(
                            number(row, 0),
                            text(row, 1),
                            row.get(2) == null ? -1 : number(row, 2),
                            number(row, 3),
                            number(row, 4)));
        }
        String leaves =
                "MATCH (m:MmStruct) CALL tw.leaves(m) YIELD leaf, vmas WHERE size(vmas) > 0"
                        + " RETURN min(endNode(leaf).pa)";
        List<@Nullable Object> least = rows(checkpoint, leaves, Map.of()).getFirst();
        long lowest = number(least, 0);
        return new MomentFacts(
                checkpoint.info().name(),
                Objects.toString(of.get("guest")),
                (Long) Objects.requireNonNull(of.get("captured_at")),
                Objects.toString(of.get("kernel_build_id")),
                List.of(
                                "arch",
                                "kernel_release",
                                "kernel_build_id",
                                "page_size",
                                "levels",
                                "va_bits")
                        .stream()
                        .map(key -> Objects.toString(of.get(key)))
                        .collect(Collectors.joining(", ")),
                pageSize,
                lowest,
                violations,
                anomalies,
                processes,
                owners(checkpoint, lowest + LOOKED_AT_PAGE * pageSize),
                executables(checkpoint, pageSize),
                kernelTables(checkpoint),
                hashes(checkpoint));
    }

    private static List<String> owners(Checkpoint checkpoint, long pa) {
        SavedQuery who = QueryLibrary.builtIn().get("who_maps_frame");
        List<String> owners = new ArrayList<>();
        for (List<@Nullable Object> row : rows(checkpoint, who.cypher(), Map.of("pa", pa))) {
            Object vma = row.get(who.columnNames().indexOf("vma"));
            if (row.getFirst() != null && vma != null) {
                String[] permsAndName = vma.toString().split(" ", 2);
                owners.add(
                        row.get(0)
                                + ", "
                                + row.get(1)
                                + ", "
                                + (permsAndName.length > 1 ? permsAndName[1] : "")
                                + ", "
                                + row.get(2)
                                + ", "
                                + row.get(who.columnNames().indexOf("writable")));
            }
        }
        return owners.isEmpty() ? List.of("null, null, null, null, null") : owners;
    }

    private static Map<String, Long> executables(Checkpoint checkpoint, long pageSize) {
        Map<String, Long> executables = new TreeMap<>();
        String cypher =
                """
                MATCH (m:MmStruct)<-[:POINTS_TO {field: 'mm'}]-(t:Task)
                WITH m, t ORDER BY t.pid
                WITH m, head(collect(t)) AS t
                CALL tw.leaves(m) YIELD leaf, va, vmas
                WHERE leaf.executable
                UNWIND vmas AS v
                WITH t, v, va, va + leaf.pages * $page AS end
                RETURN t.comm, v.name, v.perms,
                  sum((CASE WHEN end < v.end THEN end ELSE v.end END
                    - CASE WHEN va > v.start THEN va ELSE v.start END) / $page)
                """;
        for (List<@Nullable Object> row : rows(checkpoint, cypher, Map.of("page", pageSize))) {
            executables.put(
                    text(row, 0) + ", " + text(row, 1) + ", " + text(row, 2), number(row, 3));
        }
        return executables;
    }

    private static Map<String, String> kernelTables(Checkpoint checkpoint) {
        Map<String, Map<String, Long>> says = new HashMap<>();
        String cypher =
                """
                MATCH (t:PageTable)-[l:POINTS_TO]->(x)
                WHERE t.va IS NOT NULL
                MATCH (r:Region) WHERE r.start <= t.va AND t.va < r.end
                WITH t, l, r ORDER BY r.end - r.start
                WITH t, l, head(collect(r)) AS r
                RETURN r.name, t.level, t.va - r.start, properties(l), id(t)
                """;
        for (List<@Nullable Object> row : rows(checkpoint, cypher, Map.of())) {
            Map<?, ?> entry = (Map<?, ?>) Objects.requireNonNull(row.get(3));
            Map<String, Object> allowed = new TreeMap<>();
            entry.forEach(
                    (key, value) -> {
                        if (!IN_USE.contains(key.toString())) {
                            allowed.put(key.toString(), value);
                        }
                    });
            long index = (Long) Objects.requireNonNull(entry.get("index"));
            long entries = entry.get("entries") instanceof Long n ? n : 1;
            long pages = entry.get("pages") instanceof Long n ? n : 1;
            String place = text(row, 0) + ", " + text(row, 1) + ", " + number(row, 2);
            Map<String, Long> table = says.computeIfAbsent(place, _ -> new TreeMap<>());
            for (long i = 0; i < entries; i++) {
                table.merge(index + i + " " + allowed, pages / entries, Long::sum);
            }
        }
        Map<String, String> tables = new TreeMap<>();
        says.forEach((place, table) -> tables.put(place, table.toString()));
        return tables;
    }

    private static Map<Long, Long> hashes(Checkpoint checkpoint) {
        Map<Long, Long> counts = new HashMap<>();
        FrameHashes hashes = Objects.requireNonNull(checkpoint.frameHashes());
        for (int i = 0; i < hashes.count(); i++) {
            counts.merge(hashes.hash(i), 1L, Long::sum);
        }
        return counts;
    }

    private static List<List<@Nullable Object>> rows(
            Checkpoint checkpoint, String cypher, Map<String, Object> parameters) {
        List<List<@Nullable Object>> all = new ArrayList<>();
        try (Rows rows = checkpoint.query(cypher, parameters)) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }

    private static String text(List<@Nullable Object> row, int column) {
        return (String) Objects.requireNonNull(row.get(column));
    }

    private static long number(List<@Nullable Object> row, int column) {
        return (Long) Objects.requireNonNull(row.get(column));
    }
}
