package dev.tablewalk.fleet.engine;

import dev.tablewalk.fleet.dataset.Column;
import dev.tablewalk.graph.GraphSchema.ValueType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** SQL that engines have in common. */
final class Views {
    private Views() {}

    /** The columns that tell rows of one checkpoint from those of others. */
    static final List<Column> OF_ALL =
            List.of(new Column("guest", ValueType.TEXT), new Column("checkpoint", ValueType.TEXT));

    /** A question whose one row has the parameters, each a column by its name. */
    static String parameters(Map<String, Object> parameters) {
        if (parameters.isEmpty()) {
            return "SELECT 1 AS none";
        }
        return parameters.entrySet().stream()
                .map(each -> literal(each.getValue()) + " AS " + each.getKey())
                .collect(Collectors.joining(", ", "SELECT ", ""));
    }

    private static String literal(Object value) {
        return switch (value) {
            case Long number when number == Long.MIN_VALUE -> "CAST('" + number + "' AS BIGINT)";
            case Long number -> "CAST(" + number + " AS BIGINT)";
            case Boolean truth -> truth.toString();
            case String text -> text(text);
            default -> throw new IllegalArgumentException("a parameter is " + value);
        };
    }

    /** A text as SQL has it. */
    static String text(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
