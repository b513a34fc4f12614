package dev.tablewalk.cli.part;

import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.RelationshipValue;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a part of a graph as one statement that creates it: to be pasted into any Neo4j. What a
 * guest said stays within the literals.
 */
public final class CypherScript {
    /** More is slow to paste and slower to plan. */
    public static final int MOST = 2_000;

    private CypherScript() {}

    /** Writes it, with a comment that says what it is of. */
    public static void write(PartOfGraph part, PrintWriter to) {
        to.printf(
                "// %s: %d nodes, %d relationships%n",
                part.checkpoint(), part.nodes().size(), part.relationships().size());
        List<String> patterns = new ArrayList<>();
        for (NodeValue node : part.nodes()) {
            String labels =
                    node.labels().stream()
                            .map(label -> ":" + name(label))
                            .collect(Collectors.joining());
            patterns.add("(n" + node.id() + labels + map(node.properties()) + ")");
        }
        for (RelationshipValue each : part.relationships()) {
            patterns.add(
                    String.format(
                            "(n%d)-[:%s%s]->(n%d)",
                            each.startId(),
                            name(each.type()),
                            map(each.properties()),
                            each.endId()));
        }
        to.println("CREATE");
        to.println("  " + String.join(",\n  ", patterns) + ";");
    }

    private static String map(Map<String, Object> properties) {
        return properties.isEmpty()
                ? ""
                : properties.entrySet().stream()
                        .map(each -> name(each.getKey()) + ": " + literal(each.getValue()))
                        .collect(Collectors.joining(", ", " {", "}"));
    }

    private static String name(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : "`" + name.replace("`", "``") + "`";
    }

    /** A value as Cypher writes it. */
    static String literal(Object value) {
        return switch (value) {
            // There is no literal of the lowest: its sign stands before a number too large.
            case Long number when number == Long.MIN_VALUE -> "(-9223372036854775807 - 1)";
            case List<?> list ->
                    list.stream()
                            .map(CypherScript::literal)
                            .collect(Collectors.joining(", ", "[", "]"));
            case String text -> quoted(text);
            default -> value.toString();
        };
    }

    /** By code points wherever a reader could take a character for more than itself. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || c == '\'') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c)
                    || Character.isSurrogate(c)
                    || Character.getType(c) == Character.FORMAT
                    || c == '\u2028'
                    || c == '\u2029') {
                quoted.append(String.format("\\u%04X", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('\'').toString();
    }
}
