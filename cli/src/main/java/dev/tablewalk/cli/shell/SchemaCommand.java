package dev.tablewalk.cli.shell;

import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.graph.GraphSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the labels, types and properties of a checkpoint. */
final class SchemaCommand {
    private SchemaCommand() {}

    static void run(Session session, String nothing) {
        CheckpointInfo info = session.checkpoint().info();
        int width = Math.min(session.screen().terminal().columns(), 120);
        List<String> lines = new ArrayList<>();
        info.nodes()
                .forEach(
                        (label, count) -> {
                            if (count > 0) {
                                lines.add("(:" + label + ")  " + count);
                                wrap(ofNodes(label), width, lines);
                            }
                        });
        info.relationships()
                .forEach(
                        (type, count) -> {
                            if (count > 0) {
                                lines.add("[:" + type + "]  " + count);
                                wrap(ofRelationships(type), width, lines);
                            }
                        });
        if (info.isDiff()) {
            lines.add("of what differs");
            wrap(shown(GraphSchema.OF_DIFFS), width, lines);
        }
        session.screen().show(out -> lines.forEach(out::println));
    }

    private static List<String> ofNodes(String label) {
        return GraphSchema.NODES.stream()
                .filter(node -> node.label().text().equals(label))
                .flatMap(node -> shown(node.properties()).stream())
                .toList();
    }

    /** A type's relationships are of several kinds, which have properties of their own. */
    private static List<String> ofRelationships(String type) {
        List<GraphSchema.Relationship> kinds =
                GraphSchema.RELATIONSHIPS.stream()
                        .filter(kind -> kind.type().name().equals(type))
                        .toList();
        Map<String, Integer> owners = new LinkedHashMap<>();
        for (GraphSchema.Relationship kind : kinds) {
            shown(kind.properties()).forEach(key -> owners.merge(key, 1, Integer::sum));
        }
        return owners.entrySet().stream()
                .map(
                        entry ->
                                entry.getValue() < kinds.size() && !entry.getKey().endsWith("?")
                                        ? entry.getKey() + "?"
                                        : entry.getKey())
                .distinct()
                .toList();
    }

    private static List<String> shown(List<GraphSchema.Property> properties) {
        return properties.stream()
                .map(property -> property.key() + (property.optional() ? "?" : ""))
                .toList();
    }

    private static void wrap(List<String> words, int width, List<String> lines) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (!line.isEmpty() && line.length() + word.length() + 2 > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "    " : ", ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
    }
}
