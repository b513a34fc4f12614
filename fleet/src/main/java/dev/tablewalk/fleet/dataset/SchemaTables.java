package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GraphSchema.Property;
import dev.tablewalk.graph.GraphSchema.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tables that a data set can have, with the columns that the schema names. */
public final class SchemaTables {
    private static final List<Column> OF_NODES =
            List.of(
                    new Column("id", ValueType.INTEGER),
                    new Column("labels", ValueType.TEXTS),
                    new Column("labels_joined", ValueType.TEXT));

    private static final List<Column> OF_RELATIONSHIPS =
            List.of(
                    new Column("from_id", ValueType.INTEGER),
                    new Column("to_id", ValueType.INTEGER));

    /** By their names; what a table has besides shows in its files. */
    public static final Map<String, List<Column>> ALL = all();

    private SchemaTables() {}

    private static Map<String, List<Column>> all() {
        Map<String, List<Column>> all = of(Set.of());
        // Questions to single moments have to tell diffs from these, be there any or not.
        all.computeIfPresent(
                "checkpoint",
                (_, columns) -> {
                    List<Column> more = new ArrayList<>(columns);
                    more.add(new Column("diff_before", ValueType.TEXT));
                    more.add(new Column("diff_after", ValueType.TEXT));
                    return List.copyOf(more);
                });
        for (DerivedTable table : DerivedTable.values()) {
            all.put(table.tableName(), table.columns());
        }
        return all;
    }

    /**
     * The tables of one moment.
     *
     * @param keys names of all properties in its store: those that the schema knows by their
     *     beginnings alone, such as {@code count_*}, become columns
     */
    public static Map<String, List<Column>> of(Set<String> keys) {
        Map<String, List<Column>> all = new TreeMap<>();
        for (GraphSchema.Node node : GraphSchema.NODES) {
            all.put(TableName.of(node), columns(OF_NODES, node.properties(), keys));
        }
        for (GraphSchema.Relationship kind : GraphSchema.RELATIONSHIPS) {
            List<Column> columns = columns(OF_RELATIONSHIPS, kind.properties(), keys);
            for (GraphSchema.Node from : named(kind.from())) {
                for (GraphSchema.Node to : named(kind.to())) {
                    all.put(TableName.of(from, kind.type().name(), to), columns);
                }
            }
        }
        return all;
    }

    private static List<GraphSchema.Node> named(String labels) {
        List<String> names = Arrays.asList(labels.split(", "));
        return GraphSchema.NODES.stream()
                .filter(node -> labels.equals("any") || names.contains(node.label().text()))
                .toList();
    }

    private static List<Column> columns(
            List<Column> first, List<Property> properties, Set<String> keys) {
        List<Column> columns = new ArrayList<>(first);
        for (Property property : properties) {
            if (!property.key().endsWith("*")) {
                columns.add(new Column(property.key(), property.type()));
                continue;
            }
            for (String key : keys) {
                if (property.covers(key)) {
                    columns.add(new Column(key, property.type()));
                }
            }
        }
        return List.copyOf(columns);
    }

    /** Of a table that the schema has not: a relationship between labels that it does not name. */
    static List<Column> ofRelationships(String table) {
        return ALL.getOrDefault(table, OF_RELATIONSHIPS);
    }

    static List<Column> ofNodes(String table) {
        return ALL.getOrDefault(table, OF_NODES);
    }
}
