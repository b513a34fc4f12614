package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.stored.StoreTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.neo4j.internal.kernel.api.NodeCursor;
import org.neo4j.internal.kernel.api.PropertyCursor;
import org.neo4j.internal.kernel.api.RelationshipScanCursor;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;
import org.neo4j.storageengine.api.PropertySelection;
import org.neo4j.values.storable.BooleanValue;
import org.neo4j.values.storable.IntegralValue;
import org.neo4j.values.storable.Value;

/** Reads a store's graph: one scan of its nodes and one of its relationships, side by side. */
public final class GraphLoader {
    private static final int FIRST = 1 << 12;

    private GraphLoader() {}

    /**
     * Reads it.
     *
     * @param transactions begins one that reads
     * @param keys the properties to keep
     * @throws dev.tablewalk.graph.UserError if the store is damaged
     */
    public static MemoryGraph load(Supplier<InternalTransaction> transactions, Set<String> keys) {
        CompletableFuture<Nodes> nodes =
                CompletableFuture.supplyAsync(
                        () -> {
                            try (InternalTransaction in = transactions.get()) {
                                return new Nodes(in.kernelTransaction(), keys);
                            }
                        },
                        task -> Thread.ofPlatform().daemon().name("read-nodes").start(task));
        try (InternalTransaction in = transactions.get()) {
            Relationships relationships = new Relationships(in.kernelTransaction(), keys);
            return new MemoryGraph(nodes.join().all(), relationships.all(), keys);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e.getCause());
        } finally {
            // The store may be closed behind this.
            nodes.exceptionally(_ -> null).join();
        }
    }

    /** The properties to keep, by their tokens. */
    private static final class Keys {
        private final String[] names;
        private final PropertySelection selection;

        Keys(KernelTransaction in, Set<String> keys) {
            names = StoreTokens.names(in.tokenRead().propertyKeyGetAllTokens());
            int[] tokens = new int[names.length];
            int n = 0;
            for (int i = 0; i < names.length; i++) {
                if (keys.contains(names[i])) {
                    tokens[n++] = i;
                }
            }
            selection =
                    n == 0
                            ? PropertySelection.NO_PROPERTIES
                            : PropertySelection.selection(Arrays.copyOf(tokens, n));
        }
    }

    private static void keep(PropertyCursor properties, @Nullable Column[] columns, int row) {
        while (properties.next()) {
            int key = properties.propertyKey();
            Column column = columns[key];
            if (column == null) {
                column = new Column();
                columns[key] = column;
            }
            Value value = properties.propertyValue();
            switch (value) {
                case IntegralValue number -> column.set(row, number.longValue());
                case BooleanValue truth -> column.set(row, truth.booleanValue());
                default -> column.set(row, object(value.asObject()));
            }
        }
    }

    private static Object object(Object stored) {
        return stored instanceof Object[] array ? List.of(array) : stored;
    }

    private static Map<String, Column> byName(@Nullable Column[] columns, Keys keys) {
        Map<String, Column> named = new HashMap<>();
        for (int i = 0; i < columns.length; i++) {
            Column column = columns[i];
            if (column != null) {
                column.end();
                named.put(keys.names[i], column);
            }
        }
        return named;
    }

    /** All nodes: a load numbers them from 0, without a gap. */
    private static final class Nodes {
        private final List<MemoryGraph.Kind> kinds = new ArrayList<>();
        private final byte[] kindOf;
        private final int[] rowOf;

        Nodes(KernelTransaction in, Set<String> wanted) {
            Keys keys = new Keys(in, wanted);
            String[] labels = StoreTokens.names(in.tokenRead().labelsGetAllTokens());
            int count = Math.toIntExact(in.dataRead().nodesGetCount());
            kindOf = new byte[count];
            rowOf = new int[count];
            Map<Set<String>, Integer> known = new HashMap<>();
            List<@Nullable Column[]> columns = new ArrayList<>();
            int[] rows = new int[Byte.MAX_VALUE];
            try (NodeCursor node = in.cursors().allocateNodeCursor(in.cursorContext());
                    PropertyCursor properties =
                            in.cursors()
                                    .allocatePropertyCursor(
                                            in.cursorContext(), in.memoryTracker())) {
                in.dataRead().allNodesScan(node);
                int last = -1;
                int[] lastLabels = {};
                while (node.next()) {
                    if (node.nodeReference() >= count) {
                        throw StoreTokens.damaged("its nodes are not numbered from 0 on");
                    }
                    int number = (int) node.nodeReference();
                    int[] tokens = node.labels().all();
                    if (last < 0 || !Arrays.equals(tokens, lastLabels)) {
                        Set<String> names = new TreeSet<>();
                        for (int token : tokens) {
                            names.add(labels[token]);
                        }
                        last = known.computeIfAbsent(names, _ -> known.size());
                        lastLabels = tokens;
                        if (last == columns.size()) {
                            if (last == Byte.MAX_VALUE) {
                                throw StoreTokens.damaged("there are too many sets of labels");
                            }
                            columns.add(new @Nullable Column[keys.names.length]);
                        }
                    }
                    kindOf[number] = (byte) last;
                    rowOf[number] = rows[last]++;
                    node.properties(properties, keys.selection);
                    keep(properties, columns.get(last), rowOf[number]);
                }
            }
            List<Set<String>> sets = new ArrayList<>();
            known.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .forEach(entry -> sets.add(entry.getKey()));
            for (int i = 0; i < sets.size(); i++) {
                kinds.add(new MemoryGraph.Kind(sets.get(i), byName(columns.get(i), keys)));
            }
        }

        MemoryGraph.Nodes all() {
            return new MemoryGraph.Nodes(kinds, kindOf, rowOf);
        }
    }

    private static final class Relationships {
        private final List<String> types;
        private final Map<String, Column> columns;
        private int[] from = new int[FIRST];
        private int[] to = new int[FIRST];
        private byte[] type = new byte[FIRST];
        private int count;

        Relationships(KernelTransaction in, Set<String> wanted) {
            Keys keys = new Keys(in, wanted);
            types = List.of(StoreTokens.names(in.tokenRead().relationshipTypesGetAllTokens()));
            if (types.size() > Byte.MAX_VALUE) {
                throw StoreTokens.damaged("there are too many types of relationships");
            }
            @Nullable Column[] byKey = new @Nullable Column[keys.names.length];
            try (RelationshipScanCursor each =
                            in.cursors().allocateRelationshipScanCursor(in.cursorContext());
                    PropertyCursor properties =
                            in.cursors()
                                    .allocatePropertyCursor(
                                            in.cursorContext(), in.memoryTracker())) {
                in.dataRead().allRelationshipsScan(each);
                for (; each.next(); count++) {
                    if (count == from.length) {
                        int size = count * 2;
                        from = Arrays.copyOf(from, size);
                        to = Arrays.copyOf(to, size);
                        type = Arrays.copyOf(type, size);
                    }
                    from[count] = (int) each.sourceNodeReference();
                    to[count] = (int) each.targetNodeReference();
                    type[count] = (byte) each.type();
                    each.properties(properties, keys.selection);
                    keep(properties, byKey, count);
                }
            }
            columns = byName(byKey, keys);
        }

        MemoryGraph.Relationships all() {
            return new MemoryGraph.Relationships(
                    types,
                    Arrays.copyOf(from, count),
                    Arrays.copyOf(to, count),
                    Arrays.copyOf(type, count),
                    columns);
        }
    }
}
