package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GraphSchemaDocumentTest {
    @Test
    void theDocumentIsWhatTheCodeSays() throws IOException {
        // Maven runs tests in the module's folder.
        Path document = Path.of("..", "docs", "graph-schema.md");
        if (Boolean.getBoolean("tablewalk.writeDocs")) {
            Files.writeString(document, GraphSchemaDocument.markdown());
        }
        assertEquals(GraphSchemaDocument.markdown(), Files.readString(document));
    }
}
