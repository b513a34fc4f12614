package dev.tablewalk.cli.diff;

import static dev.tablewalk.cli.diff.SameSets.assertSame;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The saved queries of diffs, asked of real ones: their rows are what the comparison found. */
class SavedDiffQueriesIT {
    private static final List<GraphNode.Check> CHECKS =
            List.of(
                    new GraphNode.Check("same", "Same", "minor", "failed", "failed", 2, 2),
                    new GraphNode.Check("more", "More", "major", "failed", "failed", 2, 3),
                    new GraphNode.Check("fails", "Fails", "minor", "passed", "failed", 0, 1));

    @TempDir Path folder;

    /** A row by the names of its columns. */
    private record Row(Map<String, @Nullable Object> values) {
        long number(String column) {
            return (Long) Objects.requireNonNull(values.get(column), column);
        }

        @Nullable Object get(String column) {
            return values.get(column);
        }
    }

    private static List<Row> ask(Checkpoint changes, String id, Map<String, String> parameters) {
        SavedQuery query = QueryLibrary.builtIn().get(id);
        query.requireSubject(changes.info());
        List<Row> all = new ArrayList<>();
        try (Rows rows = changes.query(query.cypher(), query.values(parameters))) {
            assertEquals(query.columnNames(), rows.columns(), id);
            rows.forEachRemaining(
                    row -> {
                        Map<String, @Nullable Object> values = new LinkedHashMap<>();
                        for (int i = 0; i < row.size(); i++) {
                            values.put(rows.columns().get(i), row.get(i));
                        }
                        all.add(new Row(values));
                    });
        }
        return all;
    }

    @LabGuestTest
    void sayWhatTheComparisonFound(LabGuest guest) throws IOException {
        Diff diff = Diff.of(LabGraphs.read(guest, 1), LabGraphs.read(guest, 2), Progress.NONE);
        Difference difference = diff.difference();
        TruthPages was = TruthPages.read(guest.truth(1));
        TruthPages is = TruthPages.read(guest.truth(2));
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("changes", diff.graph("changes", CHECKS), Progress.NONE);
        try (Checkpoint changes = home.open("changes")) {
            assertAll(
                    () -> tasks(changes, difference),
                    () -> kernelTables(changes, difference),
                    () -> processes(changes, difference),
                    () -> permissions(changes, difference),
                    () -> written(changes, difference),
                    () -> owners(changes, difference.pageSize(), was, is),
                    () -> checks(changes));
        }
        assertEquals(
                Set.of(
                        "checks_that_changed",
                        "frames_that_changed_owner",
                        "kernel_tables_added",
                        "pages_written",
                        "permissions_that_grew",
                        "process_changes",
                        "task_changes"),
                QueryLibrary.builtIn().all().stream()
                        .filter(query -> query.subject() == SavedQuery.Subject.DIFF)
                        .map(SavedQuery::id)
                        .collect(Collectors.toSet()),
                "each is held against the comparison above");
    }

    private static void tasks(Checkpoint changes, Difference difference) {
        Set<String> found = new TreeSet<>();
        for (Row row : ask(changes, "task_changes", Map.of())) {
            found.add(
                    "%s %s %s %s %s"
                            .formatted(
                                    row.get("change"),
                                    row.get("pid"),
                                    row.get("comm"),
                                    row.get("executed"),
                                    row.get("parent_was")));
        }
        assertSame(ToldByDiff.tasks(difference), found);
        assertTrue(found.size() > 10, "hardly any task changed");
    }

    private static void kernelTables(Checkpoint changes, Difference difference) {
        Set<String> found = new TreeSet<>();
        for (Row row : ask(changes, "kernel_tables_added", Map.of())) {
            found.add(
                    "%s %s %x %x"
                            .formatted(
                                    row.get("root"),
                                    row.get("level"),
                                    row.number("va"),
                                    row.number("pa")));
        }
        assertSame(ToldByDiff.kernelTablesAdded(difference), found);
    }

    private static void processes(Checkpoint changes, Difference difference) {
        Map<Integer, ToldByDiff.Pages> told = ToldByDiff.processes(difference);
        assertTrue(told.size() > 5, "hardly any process changed");
        told.forEach(
                (pid, wanted) -> {
                    ToldByDiff.Pages found = ToldByDiff.Pages.none();
                    for (Row row :
                            ask(changes, "process_changes", Map.of("pid", String.valueOf(pid)))) {
                        for (long i = 0; i < row.number("pages"); i++) {
                            found.of(String.valueOf(row.get("change")))
                                    .add(
                                            ToldByDiff.page(
                                                    row.number("va") + i * difference.pageSize(),
                                                    row.number("pfn") + i));
                        }
                    }
                    // Entries of another size hang from another table: they come and go.
                    Set<String> replaced = found.takeReplaced();
                    Set<String> remapped = wanted.takeReplaced();
                    assertSame(wanted.added(), found.added());
                    assertSame(wanted.removed(), found.removed());
                    Set<String> seen = new TreeSet<>(found.changed());
                    seen.addAll(replaced);
                    seen.addAll(remapped);
                    assertTrue(
                            seen.containsAll(wanted.changed()),
                            () -> "pid " + pid + " lacks some of " + wanted.changed());
                    assertTrue(
                            wanted.changed().containsAll(found.changed()),
                            () -> "pid " + pid + " has more than " + wanted.changed());
                });
    }

    private static void permissions(Checkpoint changes, Difference difference) {
        Set<String> found = new TreeSet<>();
        for (Row row : ask(changes, "permissions_that_grew", Map.of())) {
            if (row.get("pid") == null && row.number("va") >= 0) {
                continue; // an address space that no leader has
            }
            for (long i = 0; i < row.number("pages"); i++) {
                found.add(
                        "%s %x %s -> %s"
                                .formatted(
                                        row.get("pid"),
                                        row.number("va") + i * difference.pageSize(),
                                        row.get("before"),
                                        row.get("after")));
            }
        }
        assertSame(ToldByDiff.grown(difference), found);
        assertTrue(found.size() > 5, "hardly any mapping allows more");
    }

    private static void written(Checkpoint changes, Difference difference) {
        Set<String> found = new TreeSet<>();
        for (Row row : ask(changes, "pages_written", Map.of())) {
            assertTrue(row.number("pages_written") <= row.number("pages_present"), row::toString);
            found.add(
                    "%s %x %d"
                            .formatted(
                                    row.get("pid"), row.number("va"), row.number("pages_written")));
        }
        assertSame(ToldByDiff.written(difference), found);
        assertTrue(found.size() > 5, "hardly anything was written");
    }

    /** Both processes had, and have, the frame by the guest's own word. */
    private static void owners(Checkpoint changes, long pageSize, TruthPages was, TruthPages is) {
        int seen = 0;
        for (Row row : ask(changes, "frames_that_changed_owner", Map.of())) {
            int from = (int) row.number("from_pid");
            int to = (int) row.number("to_pid");
            if (was.leftOut().contains(from) || is.leftOut().contains(to)) {
                continue;
            }
            for (long i = 0; i < row.number("pages"); i++) {
                String frame = "pfn " + (row.number("pa") / pageSize + i);
                long fromVa = row.number("from_va") + i * pageSize;
                long toVa = row.number("to_va") + i * pageSize;
                assertEquals(frame, target(was, from, fromVa), row::toString);
                assertEquals(frame, target(is, to, toVa), row::toString);
                assertTrue(!frame.equals(target(is, from, fromVa)) || from == to, row::toString);
                seen++;
            }
        }
        assertTrue(seen > 0, "no frame changed its owner");
    }

    private static @Nullable String target(TruthPages in, int pid, long va) {
        return in.pages().get(pid + " " + Long.toHexString(va));
    }

    private static void checks(Checkpoint changes) {
        assertEquals(
                List.of("fails", "more"),
                ask(changes, "checks_that_changed", Map.of()).stream()
                        .map(row -> row.get("id"))
                        .toList());
    }
}
