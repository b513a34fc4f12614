package dev.tablewalk.fleet.engine;

import dev.tablewalk.fleet.dataset.Column;
import dev.tablewalk.graph.GraphSchema.ValueType;
import dev.tablewalk.graph.UserError;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What engines have in common of SQL and of paths. */
public final class Views {
    /** What a path must not hold, as a pattern of paths cannot name it. */
    private static final String PATTERN = "*?[]{}";

    private Views() {}

    /**
     * Refuses a folder whose name would be taken for a pattern.
     *
     * @throws UserError if it is one
     */
    public static void requireNoPattern(String folder) {
        if (folder.chars().anyMatch(each -> PATTERN.indexOf(each) >= 0)) {
            throw UserError.input(
                    folder + " has a character of " + PATTERN + " in its name: rename it");
        }
    }

    /** The columns that tell rows of one checkpoint from those of others. */
    public static final List<Column> OF_ALL =
            List.of(new Column("guest", ValueType.TEXT), new Column("checkpoint", ValueType.TEXT));

    /** A question whose one row has the parameters, each a column by its name. */
    public static String parameters(Map<String, Object> parameters) {
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
