package dev.tablewalk.cli.checks;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Real guests whose memory was changed: every constraint finds what it is there for. */
class ChangedGuestIT {
    /** Kernels that mark none of their own tables have none that could lack the mark. */
    private static final Set<String> NOT_EVERYWHERE = Set.of("unmarked_kernel_tables");

    @TempDir Path folder;

    @LabGuestTest
    void everyConstraintFires(LabGuest guest) throws IOException {
        Path image = folder.resolve("changed.raw");
        Files.copy(guest.image(1), image);
        List<Expected> expected;
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
        }
        try (Checkpoint changed = CheckedGuest.ingest(folder, image, "changed")) {
            CheckedGuest checked = CheckedGuest.of(changed);
            assertAll(expected.stream().map(e -> () -> checked.assertFinds(e)));
            Set<String> silent = CheckedGuest.constraints();
            expected.forEach(e -> silent.remove(e.constraint()));
            silent.removeAll(NOT_EVERYWHERE);
            assertEquals(Set.of(), silent, "constraints that nothing was done for");
            assertTrue(
                    rows(changed, "MATCH (t:Candidate) RETURN t.pa").contains(List.of(stale)),
                    "the freed table is not found by its content");
        }
    }

    private static List<List<? extends @Nullable Object>> rows(Checkpoint in, String cypher) {
        List<List<? extends @Nullable Object>> all = new ArrayList<>();
        try (Rows rows = in.query(cypher, Map.of())) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }
}
