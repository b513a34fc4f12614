package dev.tablewalk.cypher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@value #FILE} in a checkpoint's folder: its {@link CheckpointInfo} as JSON. The last file that a
 * load writes.
 */
final class CheckpointFile {
    static final String FILE = "checkpoint.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private CheckpointFile() {}

    static void write(Path folder, CheckpointInfo info) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("schema_version", info.schemaVersion());
        root.put("created", info.created().toString());
        root.put("size_bytes", info.sizeBytes());
        root.set("properties", JSON.valueToTree(info.properties()));
        root.set("nodes", JSON.valueToTree(info.nodes()));
        root.set("relationships", JSON.valueToTree(info.relationships()));
        Files.write(
                folder.resolve(FILE),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    }

    /** Reads it, under the folder's present name. */
    static CheckpointInfo read(Path folder, String name) {
        try {
            return parse(folder, name);
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            throw UserError.input(
                    "checkpoint '"
                            + name
                            + "' is damaged: "
                            + reason(e)
                            + "; remove it (tablewalk remove "
                            + name
                            + ") and ingest its image again",
                    e);
        }
    }

    /** Reads it, and where that fails says so in the answer. */
    static CheckpointInfo readOrDescribe(Path folder, String name) {
        try {
            return parse(folder, name);
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            return new CheckpointInfo(
                    name, Instant.EPOCH, 0, 0, Map.of("damaged", reason(e)), Map.of(), Map.of());
        }
    }

    private static String reason(Exception e) {
        String message =
                e instanceof JsonProcessingException json
                        ? json.getOriginalMessage()
                        : e.getMessage();
        return FILE
                + " cannot be read: "
                + e.getClass().getSimpleName()
                + (message == null ? "" : " " + Text.oneLine(message, 160));
    }

    private static CheckpointInfo parse(Path folder, String name) throws IOException {
        JsonNode root = JSON.readTree(folder.resolve(FILE).toFile());
        int schema = root.required("schema_version").asInt();
        if (schema < 1) {
            throw new IllegalArgumentException("schema_version is " + root.get("schema_version"));
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        root.required("properties")
                .properties()
                .forEach(property -> properties.put(property.getKey(), value(property.getValue())));
        return new CheckpointInfo(
                name,
                Instant.parse(root.required("created").asText()),
                schema,
                root.required("size_bytes").asLong(),
                properties,
                counts(root.required("nodes")),
                counts(root.required("relationships")));
    }

    private static Map<String, Long> counts(JsonNode object) {
        Map<String, Long> counts = new LinkedHashMap<>();
        object.properties().forEach(count -> counts.put(count.getKey(), count.getValue().asLong()));
        return counts;
    }

    private static Object value(JsonNode json) {
        return switch (json.getNodeType()) {
            case BOOLEAN -> json.booleanValue();
            case NUMBER -> json.longValue();
            case STRING -> json.textValue();
            case ARRAY -> List.copyOf(json.valueStream().map(JsonNode::asText).toList());
            default -> throw new IllegalArgumentException("unexpected " + json.getNodeType());
        };
    }

    /** Whether this tablewalk can read a checkpoint of that schema. */
    static boolean isReadable(int schemaVersion) {
        return schemaVersion == GraphSchema.VERSION;
    }
}
