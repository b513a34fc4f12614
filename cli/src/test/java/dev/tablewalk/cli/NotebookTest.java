package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run leaves in a notebook, a guest's data among it, is not kept. */
class NotebookTest {
    @Test
    void hasNoOutputs() throws IOException {
        List<JsonNode> code = Notebook.example().code();
        assertTrue(code.size() > 4, code::toString);
        for (JsonNode cell : code) {
            assertEquals("[]", cell.get("outputs").toString());
            assertTrue(cell.get("execution_count").isNull(), cell::toString);
        }
    }
}
