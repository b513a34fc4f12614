package dev.tablewalk.cli.checks;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Real guests whose memory was changed: every constraint finds what it is there for. */
class ChangedGuestIT {
    /** Kernels that mark none of their own tables have none that could lack the mark. */
    private static final Set<String> NOT_EVERYWHERE = Set.of("unmarked_kernel_tables");

    @TempDir Path folder;

    private Checkpoint ingest(Path image, String name) {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load(
                name,
                Ingest.read(
                        new IngestRequest(name, image, List.of(), false, true, true, false, "test"),
                        Progress.NONE),
                Progress.NONE);
        return home.open(name);
    }

    private static List<SavedQuery> constraints() {
        return QueryLibrary.builtIn().constraints();
    }

    @LabGuestTest
    void everyConstraintFires(LabGuest guest) throws IOException {
        Path image = folder.resolve("changed.raw");
        Files.copy(guest.image(1), image);
        List<Changes.Expected> expected;
        long stale;
        try (Checkpoint clean = ingest(image, "clean");
                EditableGuest edit = new EditableGuest(image)) {
            Changes changes = new Changes(edit, clean);
            changes.pageTables();
            changes.permissions();
            changes.tasks();
            changes.vmas();
            stale = changes.staleTable();
            expected = changes.expected();
        }
        try (Checkpoint changed = ingest(image, "changed")) {
            Map<String, Outcome> outcomes =
                    new CheckRun(changed, Map.of(), 100_000, Progress.NONE)
                            .outcomes(constraints()).stream()
                                    .collect(Collectors.toMap(o -> o.query().id(), o -> o));
            assertAll(expected.stream().map(e -> () -> assertFinds(e, outcomes)));
            Set<String> silent = new TreeSet<>(outcomes.keySet());
            expected.forEach(e -> silent.remove(e.constraint()));
            silent.removeAll(NOT_EVERYWHERE);
            assertEquals(Set.of(), silent, "constraints that nothing was done for");
            assertTrue(
                    rows(changed, "MATCH (t:Candidate) RETURN t.pa").contains(List.of(stale)),
                    "the freed table is not found by its content");
        }
    }

    private static void assertFinds(Changes.Expected expected, Map<String, Outcome> outcomes) {
        Outcome outcome = outcomes.get(expected.constraint());
        assertNotNull(outcome, () -> "no constraint " + expected.constraint());
        int column = outcome.query().columnNames().indexOf(expected.column());
        assertTrue(
                column >= 0
                        && outcome.rows().stream()
                                .anyMatch(row -> expected.value().equals(row.get(column))),
                () ->
                        expected
                                + " is not among "
                                + outcome.count()
                                + " rows: "
                                + outcome.error()
                                + outcome.rows().stream().limit(5).toList());
    }

    private static List<List<? extends @Nullable Object>> rows(Checkpoint in, String cypher) {
        List<List<? extends @Nullable Object>> all = new ArrayList<>();
        try (Rows rows = in.query(cypher, Map.of())) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }
}
