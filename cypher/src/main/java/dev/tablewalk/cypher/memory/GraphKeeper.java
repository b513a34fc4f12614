package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.stored.StoreTokens;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.PropertySink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a graph in memory as it is read. One thread may hand over its nodes, and another its
 * relationships.
 */
public final class GraphKeeper implements GraphSink {
    /** More is made room for as it comes: a damaged store may count more than it has. */
    private static final int MOST_ROOM = 1 << 26;

    private final Set<String> keys;
    private byte[] kindOf;
    private int[] rowOf;
    private int nodes;
    private final Map<Set<String>, Integer> numberOfKind = new HashMap<>();
    private final List<Kept> kinds = new ArrayList<>();
    private Set<String> lastLabels = Set.of();
    private int lastKind;

    private final List<String> types = new ArrayList<>();
    private final Kept relationships;
    private int[] from;
    private int[] to;
    private byte[] type;

    /**
     * Begins.
     *
     * @param keys the properties to keep
     * @param nodesExpected nodes that it has room for at once; more may come
     * @param relationshipsExpected relationships likewise
     */
    public GraphKeeper(Set<String> keys, long nodesExpected, long relationshipsExpected) {
        this.keys = Set.copyOf(keys); // one that hashes
        kindOf = new byte[room(nodesExpected)];
        rowOf = new int[kindOf.length];
        from = new int[room(relationshipsExpected)];
        to = new int[from.length];
        type = new byte[from.length];
        relationships = new Kept(Set.of(), from.length);
    }

    private static int room(long expected) {
        return Math.clamp(expected, 1, MOST_ROOM);
    }

    /** A property: where its values go, if they are kept, and which one was put after it last. */
    private static final class Put {
        private final String key;
        private final @Nullable Column column;
        private @Nullable Put next;

        Put(String key, @Nullable Column column) {
            this.key = key;
            this.column = column;
        }
    }

    /** The properties of one kind of nodes, or of all relationships, row by row. */
    private final class Kept implements PropertySink {
        private final Set<String> labels;
        private final Map<String, Put> puts = new HashMap<>();
        private final int expected;
        private int rows;
        private Put latest = new Put("", null);

        /**
         * Of no row yet.
         *
         * @param expected rows that will come; 0 if that is not known
         */
        Kept(Set<String> labels, int expected) {
            this.labels = labels;
            this.expected = expected;
        }

        @SuppressWarnings("ReferenceEquality") // a guess that saves most of the searches
        private @Nullable Column column(String key) {
            Put guess = latest.next;
            if (guess == null || guess.key != key) {
                guess = puts.computeIfAbsent(key, this::put);
                latest.next = guess;
            }
            latest = guess;
            return guess.column;
        }

        private Put put(String key) {
            return new Put(key, keys.contains(key) ? new Column(expected) : null);
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
            for (Put put : puts.values()) {
                if (put.column != null) {
                    put.column.end();
                    kept.put(put.key, put.column);
                }
            }
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
                kinds.add(new Kept(labels, 0));
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
        return size + (size >> 1) + 1;
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
                new MemoryGraph.Nodes(all, cut(kindOf, nodes), cut(rowOf, nodes)),
                new MemoryGraph.Relationships(
                        types,
                        cut(from, count),
                        cut(to, count),
                        cut(type, count),
                        relationships.end()),
                keys);
    }

    private static int[] cut(int[] from, int size) {
        return from.length == size ? from : Arrays.copyOf(from, size);
    }

    private static byte[] cut(byte[] from, int size) {
        return from.length == size ? from : Arrays.copyOf(from, size);
    }
}
