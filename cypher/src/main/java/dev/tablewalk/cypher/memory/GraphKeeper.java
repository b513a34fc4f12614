package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.stored.StoreTokens;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.PropertySink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a graph in memory as it is read. One thread may hand over its nodes, and another its
 * relationships.
 */
public final class GraphKeeper implements GraphSink {
    private static final int FIRST = 1 << 12;

    private final Set<String> keys;
    private byte[] kindOf = new byte[FIRST];
    private int[] rowOf = new int[FIRST];
    private int nodes;
    private final Map<Set<String>, Integer> numberOfKind = new HashMap<>();
    private final List<Kept> kinds = new ArrayList<>();
    private Set<String> lastLabels = Set.of();
    private int lastKind;

    private final List<String> types = new ArrayList<>();
    private final Kept relationships = new Kept(Set.of());
    private int[] from = new int[FIRST];
    private int[] to = new int[FIRST];
    private byte[] type = new byte[FIRST];

    /**
     * Begins.
     *
     * @param keys the properties to keep
     */
    public GraphKeeper(Set<String> keys) {
        this.keys = Set.copyOf(keys); // one that hashes
    }

    /** The properties of one kind of nodes, or of all relationships, row by row. */
    private final class Kept implements PropertySink {
        private final Set<String> labels;
        private final Map<String, Optional<Column>> columns = new HashMap<>();
        private int rows;

        Kept(Set<String> labels) {
            this.labels = labels;
        }

        private @Nullable Column column(String key) {
            Optional<Column> column = columns.get(key);
            if (column == null) {
                column = keys.contains(key) ? Optional.of(new Column()) : Optional.empty();
                columns.put(key, column);
            }
            return column.orElse(null);
        }

        @Override
        public void put(String key, long value) {
            Column column = column(key);
            if (column != null) {
                column.set(rows - 1, value);
            }
        }

        @Override
        public void put(String key, boolean value) {
            Column column = column(key);
            if (column != null) {
                column.set(rows - 1, value);
            }
        }

        @Override
        public void put(String key, String value) {
            Column column = column(key);
            if (column != null) {
                column.set(rows - 1, value);
            }
        }

        @Override
        public void put(String key, List<String> values) {
            Column column = column(key);
            if (column != null) {
                column.set(rows - 1, (Object) values);
            }
        }

        Map<String, Column> end() {
            Map<String, Column> kept = new HashMap<>();
            columns.forEach((key, column) -> column.ifPresent(each -> kept.put(key, each)));
            kept.values().forEach(Column::end);
            return kept;
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a scan has one object for all nodes of a kind
    public PropertySink node(int number, Set<String> labels) {
        if (labels != lastLabels || kinds.isEmpty()) {
            lastKind = numberOfKind.computeIfAbsent(labels, _ -> kinds.size());
            lastLabels = labels;
            if (lastKind == kinds.size()) {
                kinds.add(new Kept(labels));
            }
        }
        if (number == kindOf.length) {
            kindOf = Arrays.copyOf(kindOf, larger(number));
            rowOf = Arrays.copyOf(rowOf, larger(number));
        }
        nodes = number + 1;
        Kept kind = kinds.get(lastKind);
        kindOf[number] = (byte) lastKind;
        rowOf[number] = kind.rows++;
        return kind;
    }

    @Override
    public PropertySink relationship(
            String name, int begin, Set<String> fromLabels, int end, Set<String> toLabels) {
        int count = relationships.rows++;
        if (count == from.length) {
            from = Arrays.copyOf(from, larger(count));
            to = Arrays.copyOf(to, larger(count));
            type = Arrays.copyOf(type, larger(count));
        }
        from[count] = begin;
        to[count] = end;
        type[count] = typeNumber(name);
        return relationships;
    }

    private static int larger(int size) {
        return size + (size >> 1);
    }

    private byte typeNumber(String name) {
        int number = types.indexOf(name);
        if (number < 0) {
            if (types.size() == Byte.MAX_VALUE) {
                throw StoreTokens.damaged("there are too many types of relationships");
            }
            types.add(name);
            number = types.size() - 1;
        }
        return (byte) number;
    }

    @Override
    public void end() {}

    /** What was kept; nothing more may be added. */
    public MemoryGraph graph() {
        List<MemoryGraph.Kind> all =
                kinds.stream().map(kind -> new MemoryGraph.Kind(kind.labels, kind.end())).toList();
        int count = relationships.rows;
        return new MemoryGraph(
                new MemoryGraph.Nodes(
                        all, Arrays.copyOf(kindOf, nodes), Arrays.copyOf(rowOf, nodes)),
                new MemoryGraph.Relationships(
                        types,
                        Arrays.copyOf(from, count),
                        Arrays.copyOf(to, count),
                        Arrays.copyOf(type, count),
                        relationships.end()),
                keys);
    }
}
