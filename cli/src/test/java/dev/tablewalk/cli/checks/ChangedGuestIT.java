package dev.tablewalk.cli.checks;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Real guests whose memory was changed: every constraint finds what it is there for. */
class ChangedGuestIT {
    /**
     * Kernels that mark none of their own tables have none that could lack the mark; not all have
     * roots for entering them, nor the kernel's half in those of processes.
     */
    private static final Set<String> NOT_EVERYWHERE =
            Set.of("unmarked_kernel_tables", "entry_root_exposes_kernel", "kernel_half_differs");

    @TempDir Path folder;

    @LabGuestTest({"lab", "x86-6.12", "x86-6.12-pti"})
    void everyConstraintFires(LabGuest guest) throws IOException {
        Path image = folder.resolve("changed.raw");
        Files.copy(guest.image(1), image);
        List<Expected> expected;
        List<Expected> unexpected;
        List<Changes.Mapped> mapped;
        long stale;
        try (Checkpoint clean = CheckedGuest.ingest(folder, image, "clean");
                EditableGuest edit = new EditableGuest(image)) {
            Changes changes = new Changes(edit, clean);
            changes.pageTables();
            changes.permissions();
            changes.tasks();
            changes.vmas();
            stale = changes.staleTable();
            expected = changes.expected();
            unexpected = changes.unexpected();
            mapped = changes.mapped();
        }
        try (Checkpoint changed = CheckedGuest.ingest(folder, image, "changed")) {
            CheckedGuest checked = CheckedGuest.of(changed);
            assertAll(expected.stream().map(e -> () -> checked.assertFinds(e)));
            assertAll(unexpected.stream().map(e -> () -> checked.assertDoesNotFind(e)));
            assertAll(mapped.stream().map(m -> () -> assertMaps(changed, m)));
            Set<String> silent = CheckedGuest.constraints();
            expected.forEach(e -> silent.remove(e.constraint()));
            silent.removeAll(NOT_EVERYWHERE);
            assertEquals(Set.of(), silent, "constraints that nothing was done for");
            assertTrue(
                    rows(changed, "MATCH (t:Candidate) RETURN t.pa").contains(List.of(stale)),
                    "the freed table is not found by its content");
        }
    }

    private static void assertMaps(Checkpoint in, Changes.Mapped mapped) {
        SavedQuery query = QueryLibrary.builtIn().get("who_maps_frame");
        List<List<@Nullable Object>> found = new ArrayList<>();
        try (Rows rows = in.query(query.cypher(), Map.of("pa", mapped.pa()))) {
            rows.forEachRemaining(row -> found.add(Arrays.asList(row.get(0), row.get(2))));
        }
        assertTrue(
                found.contains(List.of(mapped.pid(), mapped.va())),
                () -> mapped + " is not among " + found);
    }

    private static List<List<? extends @Nullable Object>> rows(Checkpoint in, String cypher) {
        List<List<? extends @Nullable Object>> all = new ArrayList<>();
        try (Rows rows = in.query(cypher, Map.of())) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }
}
