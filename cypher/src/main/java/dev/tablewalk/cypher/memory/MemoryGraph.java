package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.procedure.Mappings;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store's graph in memory, as far as some properties of it are asked for: of a guest's mappings
 * about 60 bytes each. It does not change, and any thread may ask it.
 */
public final class MemoryGraph {
    /**
     * What a node or a relationship takes with all that the constraints ask of it: of guests as
     * they are, 53 to 61.
     */
    private static final long BYTES = 58;

    /** Of the heap, for the graph; the rest is for what questions make of it. */
    private static final double SHARE = 0.55;

    private final Set<String> keys;
    private final List<Kind> kinds;
    private final byte[] kindOf;
    private final int[] rowOf;
    private final List<String> types;
    private final int[] from;
    private final int[] to;
    private final byte[] type;
    private final Map<String, Column> relationshipColumns;
    private final Map<String, int[]> byLabel = new HashMap<>();
    private final Ends outgoing;
    private final Ends incoming;
    private final MemorySpaces spaces;

    /** Nodes of the same labels, and their properties by row. */
    record Kind(Set<String> labels, Map<String, Column> columns) {}

    /** By node, the relationships that begin or end there: the newest first, as the store does. */
    private static final class Ends {
        private final int[] first;
        private final int[] relationships;

        private Ends(int[] first, int[] relationships) {
            this.first = first;
            this.relationships = relationships;
        }

        static Ends of(int nodes, int[] ends) {
            int[] first = new int[nodes + 1];
            for (int node : ends) {
                first[node]++;
            }
            int sum = 0;
            for (int i = 0; i <= nodes; i++) {
                sum += first[i];
                first[i] = sum;
            }
            int[] relationships = new int[ends.length];
            for (int i = 0; i < ends.length; i++) {
                relationships[--first[ends[i]]] = i;
            }
            return new Ends(first, relationships);
        }
    }

    /** All nodes; by number, which kind each is of, and which row of it. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, and not compared
    record Nodes(List<Kind> kinds, byte[] kindOf, int[] rowOf) {}

    /** All relationships, in the order of their ids. */
    @SuppressWarnings("ArrayRecordComponent")
    record Relationships(
            List<String> types, int[] from, int[] to, byte[] type, Map<String, Column> columns) {}

    MemoryGraph(Nodes nodes, Relationships relationships, Set<String> keys) {
        this.keys = keys;
        kinds = nodes.kinds;
        kindOf = nodes.kindOf;
        rowOf = nodes.rowOf;
        types = relationships.types;
        from = relationships.from;
        to = relationships.to;
        type = relationships.type;
        relationshipColumns = relationships.columns;
        outgoing = Ends.of(kindOf.length, from);
        incoming = Ends.of(kindOf.length, to);
        for (Kind kind : kinds) {
            for (String label : kind.labels) {
                byLabel.computeIfAbsent(label, this::labelled);
            }
        }
        spaces = new MemorySpaces(this);
    }

    private int[] labelled(String label) {
        boolean[] has = kindsWith(List.of(label));
        int count = 0;
        for (byte kind : kindOf) {
            count += has[kind] ? 1 : 0;
        }
        int[] nodes = new int[count];
        int n = 0;
        for (int i = 0; i < kindOf.length; i++) {
            if (has[kindOf[i]]) {
                nodes[n++] = i;
            }
        }
        return nodes;
    }

    /** Whether a graph of so many nodes and relationships may be held: by a part of the heap. */
    public static boolean fits(long entities) {
        return entities < Runtime.getRuntime().maxMemory() * SHARE / BYTES;
    }

    /** Whether it has what a question asks for. */
    public boolean has(Set<String> asked) {
        return keys.containsAll(asked);
    }

    /** What all address spaces map; the graph must have {@link Mappings#KEYS}. */
    public void mappings(Mappings.Sink to, Progress progress) throws IOException {
        spaces.mappings(to, progress);
    }

    MemorySpaces spaces() {
        return spaces;
    }

    int nodeCount() {
        return kindOf.length;
    }

    /** By number of a kind, whether it has one of the labels. */
    boolean[] kindsWith(List<String> labels) {
        boolean[] has = new boolean[kinds.size()];
        for (int i = 0; i < has.length; i++) {
            has[i] = labels.stream().anyMatch(kinds.get(i).labels::contains);
        }
        return has;
    }

    /** By number of a kind: each will do. */
    boolean[] anyKind() {
        boolean[] any = new boolean[kinds.size()];
        Arrays.fill(any, true);
        return any;
    }

    int kindOf(int node) {
        return kindOf[node];
    }

    /** The nodes that have a label, by number. */
    int[] labelledNodes(String label) {
        return byLabel.getOrDefault(label, new int[0]);
    }

    /** The number of a type; -1 if no relationship is of it. */
    int typeNumber(String name) {
        return types.indexOf(name);
    }

    int typeOf(int relationship) {
        return type[relationship];
    }

    int from(int relationship) {
        return from[relationship];
    }

    int to(int relationship) {
        return to[relationship];
    }

    /** Where the relationships of a node begin in {@link #at}; those of the next begin behind. */
    int first(int node, boolean out) {
        return (out ? outgoing : incoming).first[node];
    }

    int at(int place, boolean out) {
        return (out ? outgoing : incoming).relationships[place];
    }

    /** By number of a kind, the column of a property; null where the kind has none. */
    @Nullable Column[] nodeColumns(String key) {
        List<@Nullable Column> columns = new ArrayList<>();
        kinds.forEach(kind -> columns.add(kind.columns.get(key)));
        return columns.toArray(new @Nullable Column[0]);
    }

    @Nullable Column relationshipColumn(String key) {
        return relationshipColumns.get(key);
    }

    @Nullable Object ofNode(int node, @Nullable Column[] columns) {
        Column column = columns[kindOf[node]];
        return column == null ? null : column.get(rowOf[node]);
    }
}
