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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Neo4j takes every question that a page or the notebook shows. What they answer is held to other
 * tests.
 */
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
        Map<String, String> questions = new LinkedHashMap<>(Notebook.example().questions());
        assertTrue(questions.size() >= 5, questions::toString);
        try (Checkpoint guest = home.open("guest")) {
            for (String page : Docs.pages()) {
                Docs.cypher(page).forEach(block -> questions.put(block.toString(), block.text()));
            }
            for (Map.Entry<String, String> question : questions.entrySet()) {
                // A checkpoint is read-only; and of this one, no task has the pid 42.
                String cypher =
                        (question.getValue().contains("DELETE") ? "EXPLAIN " : "")
                                + question.getValue().replace("42", "1");
                try (Rows rows = guest.query(cypher, PARAMETERS)) {
                    rows.forEachRemaining(_ -> {});
                } catch (RuntimeException e) {
                    refused.add(question.getKey() + e.getMessage());
                }
            }
        }
        assertEquals(List.of(), refused);
        assertTrue(questions.size() >= 25, "only " + questions.size() + " questions");
    }
}
