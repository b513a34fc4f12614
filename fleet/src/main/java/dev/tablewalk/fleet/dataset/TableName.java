package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSchema;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the tables of a data set are called: as the labels and types are, in SQL's manner. */
public final class TableName {
    /** The label that tells what a node is: every other is a second one. */
    private static final Map<String, GraphSchema.Node> BY_LABEL =
            GraphSchema.NODES.stream()
                    .collect(Collectors.toMap(node -> node.label().text(), Function.identity()));

    private static final Pattern INNER_CAPITAL = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    private TableName() {}

    /** The one of a node's labels that has a table. */
    static GraphSchema.Node kind(Set<String> labels) {
        for (String label : labels) {
            GraphSchema.Node node = BY_LABEL.get(label);
            if (node != null) {
                return node;
            }
        }
        throw new IllegalArgumentException("no node has the labels " + labels);
    }

    /** Such as {@code page_table}; {@code diff_check}, as {@code CHECK} is a word of SQL's. */
    public static String of(GraphSchema.Node node) {
        String snake =
                INNER_CAPITAL.matcher(node.label().text()).replaceAll("_").toLowerCase(Locale.ROOT);
        return snake.equals("check") ? "diff_check" : snake;
    }

    /** Such as {@code task_points_to_mm_struct}. */
    static String of(GraphSchema.Node from, String type, GraphSchema.Node to) {
        return of(from) + "_" + type.toLowerCase(Locale.ROOT) + "_" + of(to);
    }
}
