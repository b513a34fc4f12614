package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neo4j takes every question that a page shows. What they answer is held to other tests. */
class DocumentedCypherIT {
    private static final Map<String, Object> PARAMETERS =
            Map.of("path", "/bin/init", "ratio", 0.5, "least", 100);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void eachIsTaken() throws IOException {
        StoreHome home = StoreHome.at(folder);
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
        List<String> refused = new ArrayList<>();
        int asked = 0;
        try (Checkpoint guest = home.open("guest")) {
            for (String page : Docs.pages()) {
                for (Docs.Block block : Docs.cypher(page)) {
                    asked++;
                    // A checkpoint is read-only; and of this one, no task has the pid 42.
                    String cypher =
                            (block.text().contains("DELETE") ? "EXPLAIN " : "")
                                    + block.text().replace("42", "1");
                    try (Rows rows = guest.query(cypher, PARAMETERS)) {
                        rows.forEachRemaining(_ -> {});
                    } catch (RuntimeException e) {
                        refused.add(block + e.getMessage());
                    }
                }
            }
        }
        assertEquals(List.of(), refused);
        assertTrue(asked >= 20, "only " + asked + " questions");
    }
}
