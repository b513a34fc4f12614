package dev.tablewalk.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.PathValue;
import dev.tablewalk.cypher.RelationshipValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON. A node is {@code {"id", "labels", "properties"}}, a relationship {@code {"id",
 * "type", "start", "end", "properties"}}, a path {@code {"nodes", "relationships"}}.
 *
 * <p>On a terminal all but ASCII is escaped, because control and formatting characters are not only
 * those that JSON must escape; the value read back is the same.
 */
public final class JsonText {
    private final JsonGenerator json;

    public JsonText(PrintWriter out, Terminal terminal) {
        try {
            json =
                    JsonFactory.builder()
                            .configure(JsonWriteFeature.ESCAPE_NON_ASCII, terminal.stdout())
                            .build()
                            .createGenerator(out)
                            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            json.setRootValueSeparator(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an object on one line. */
    public void object(List<String> keys, List<? extends @Nullable Object> values) {
        try {
            json.writeStartObject();
            for (int i = 0; i < values.size(); i++) {
                json.writeFieldName(keys.get(i));
                write(values.get(i));
            }
            json.writeEndObject();
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a value on one line. */
    public void value(@Nullable Object value) {
        try {
            write(value);
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an object over several lines, for reports. */
    public void pretty(Map<String, ?> report) {
        try {
            json.useDefaultPrettyPrinter();
            write(report);
            json.writeRaw('\n');
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(@Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case String text -> json.writeString(text);
            case Boolean truth -> json.writeBoolean(truth);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case NodeValue node -> {
                json.writeStartObject();
                json.writeNumberField("id", node.id());
                json.writeFieldName("labels");
                write(node.labels());
                json.writeFieldName("properties");
                write(node.properties());
                json.writeEndObject();
            }
            case RelationshipValue relationship -> {
                json.writeStartObject();
                json.writeNumberField("id", relationship.id());
                json.writeStringField("type", relationship.type());
                json.writeNumberField("start", relationship.startId());
                json.writeNumberField("end", relationship.endId());
                json.writeFieldName("properties");
                write(relationship.properties());
                json.writeEndObject();
            }
            case PathValue path -> {
                json.writeStartObject();
                json.writeFieldName("nodes");
                write(path.nodes());
                json.writeFieldName("relationships");
                write(path.relationships());
                json.writeEndObject();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.writeFieldName(String.valueOf(entry.getKey()));
                    write(entry.getValue());
                }
                json.writeEndObject();
            }
            case List<?> list -> {
                json.writeStartArray();
                for (Object element : list) {
                    write(element);
                }
                json.writeEndArray();
            }
            default -> json.writeString(value.toString());
        }
    }
}
