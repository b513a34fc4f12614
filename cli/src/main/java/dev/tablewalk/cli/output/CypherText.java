package dev.tablewalk.cli.output;

import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.PathValue;
import dev.tablewalk.cypher.RelationshipValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as Cypher writes them: {@code (:Task {pid: 1, comm: "init"})-[:POINTS_TO {field:
 * "mm"}]->(:MmStruct {…})}. Text from the guest is escaped by {@link Printable}.
 */
public final class CypherText {
    /** What a reader wants to see of a node first; the rest follows in the order it came. */
    private static final List<String> FIRST =
            List.of("pid", "comm", "name", "kind", "level", "pfn", "pa", "start", "end", "path");

    private CypherText() {}

    /** A value as a cell of its own: text without quotes. */
    public static String cell(@Nullable Object value) {
        return value instanceof String text ? Printable.of(text) : nested(value);
    }

    private static String nested(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        append(out, value);
        return out.toString();
    }

    private static void append(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case String text ->
                    out.append('"').append(Printable.of(text.replace("\"", "\\\""))).append('"');
            case NodeValue node -> appendNode(out, node);
            case RelationshipValue relationship -> appendRelationship(out, relationship);
            case PathValue path -> appendPath(out, path);
            case Map<?, ?> map -> appendMap(out, map, List.copyOf(map.keySet()));
            case List<?> list -> {
                out.append('[');
                String separator = "";
                for (Object element : list) {
                    out.append(separator);
                    append(out, element);
                    separator = ", ";
                }
                out.append(']');
            }
            default -> out.append(Printable.of(value.toString()));
        }
    }

    private static void appendNode(StringBuilder out, NodeValue node) {
        out.append('(');
        node.labels().forEach(label -> out.append(':').append(Printable.of(label)));
        appendProperties(out, node.properties());
        out.append(')');
    }

    private static void appendRelationship(StringBuilder out, RelationshipValue relationship) {
        out.append("[:").append(Printable.of(relationship.type()));
        appendProperties(out, relationship.properties());
        out.append(']');
    }

    private static void appendPath(StringBuilder out, PathValue path) {
        for (int i = 0; i < path.nodes().size(); i++) {
            NodeValue node = path.nodes().get(i);
            if (i > 0) {
                RelationshipValue step = path.relationships().get(i - 1);
                boolean forward = step.endId() == node.id();
                out.append(forward ? "-" : "<-");
                appendRelationship(out, step);
                out.append(forward ? "->" : "-");
            }
            appendNode(out, node);
        }
    }

    private static void appendProperties(StringBuilder out, Map<String, Object> properties) {
        if (properties.isEmpty()) {
            return;
        }
        List<String> keys = new ArrayList<>(FIRST);
        keys.retainAll(properties.keySet());
        properties.keySet().stream().filter(key -> !FIRST.contains(key)).forEach(keys::add);
        out.append(' ');
        appendMap(out, properties, keys);
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map, List<?> keys) {
        out.append('{');
        String separator = "";
        for (Object key : keys) {
            out.append(separator).append(Printable.of(String.valueOf(key))).append(": ");
            append(out, map.get(key));
            separator = ", ";
        }
        out.append('}');
    }
}
