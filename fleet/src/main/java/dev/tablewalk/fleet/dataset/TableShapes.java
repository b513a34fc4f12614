package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSchema.ValueType;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.PropertySink;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Learns which tables a diff has, and which columns: those that the schema names, and then those
 * that only show in the graph, such as {@code before_*}. {@link SchemaTables} knows those of
 * others.
 */
public final class TableShapes implements GraphSink {
    private final Map<String, Shape> shapes = new TreeMap<>();
    private final Map<Set<String>, Shape> byLabels = new HashMap<>();
    private final Map<Ends, Shape> byEnds = new HashMap<>();

    private record Ends(String type, Set<String> from, Set<String> to) {}

    /** The columns of one table, by their names. */
    private static final class Shape implements PropertySink {
        private final Map<String, ValueType> columns = new LinkedHashMap<>();

        Shape(List<Column> first) {
            first.forEach(column -> columns.put(column.name(), column.type()));
        }

        private void put(String key, ValueType type) {
            ValueType known = columns.putIfAbsent(key, type);
            if (known != null && known != type) {
                throw new IllegalArgumentException(key + " is " + known + " and " + type);
            }
        }

        @Override
        public void put(String key, long value) {
            put(key, ValueType.INTEGER);
        }

        @Override
        public void put(String key, boolean value) {
            put(key, ValueType.BOOLEAN);
        }

        @Override
        public void put(String key, String value) {
            put(key, ValueType.TEXT);
        }

        @Override
        public void put(String key, List<String> values) {
            put(key, ValueType.TEXTS);
        }
    }

    @Override
    public PropertySink node(int number, Set<String> labels) {
        Shape shape = byLabels.get(labels);
        if (shape == null) {
            shape =
                    shapes.computeIfAbsent(
                            TableName.of(TableName.kind(labels)),
                            name -> new Shape(SchemaTables.ofNodes(name)));
            byLabels.put(labels, shape);
        }
        return shape;
    }

    @Override
    public PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels) {
        Ends ends = new Ends(type, fromLabels, toLabels);
        Shape shape = byEnds.get(ends);
        if (shape == null) {
            String name = TableName.of(TableName.kind(fromLabels), type, TableName.kind(toLabels));
            shape =
                    shapes.computeIfAbsent(
                            name, _ -> new Shape(SchemaTables.ofRelationships(name)));
            byEnds.put(ends, shape);
        }
        return shape;
    }

    @Override
    public void end() {}

    /** The columns of each table, by the tables' names. */
    public Map<String, List<Column>> columns() {
        Map<String, List<Column>> columns = new TreeMap<>();
        shapes.forEach(
                (name, shape) ->
                        columns.put(
                                name,
                                shape.columns.entrySet().stream()
                                        .map(each -> new Column(each.getKey(), each.getValue()))
                                        .toList()));
        return columns;
    }
}
