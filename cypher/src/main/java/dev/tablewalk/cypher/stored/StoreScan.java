package dev.tablewalk.cypher.stored;

import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertySink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.neo4j.internal.kernel.api.NodeCursor;
import org.neo4j.internal.kernel.api.PropertyCursor;
import org.neo4j.internal.kernel.api.RelationshipScanCursor;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.storageengine.api.PropertySelection;
import org.neo4j.values.storable.BooleanValue;
import org.neo4j.values.storable.IntegralValue;
import org.neo4j.values.storable.TextArray;
import org.neo4j.values.storable.TextValue;
import org.neo4j.values.storable.Value;

/**
 * Hands over all of a store's graph as it is read: one scan of its nodes, one of its relationships.
 * Keeps one byte a node where both are read.
 */
public final class StoreScan {
    private static final int STEP = 1 << 12;

    private final KernelTransaction in;
    private final GraphSink to;
    private final Progress progress;
    private final PropertySelection selection;
    private final String[] keys;
    private final String[] labels;
    private final String[] types;
    private final List<int[]> tokensOfSets = new ArrayList<>();
    private final List<Set<String>> sets = new ArrayList<>();
    private long done;

    private StoreScan(
            KernelTransaction in, @Nullable Set<String> wanted, GraphSink to, Progress progress) {
        this.in = in;
        this.to = to;
        this.progress = progress;
        keys = StoreTokens.names(in.tokenRead().propertyKeyGetAllTokens());
        labels = StoreTokens.names(in.tokenRead().labelsGetAllTokens());
        types = StoreTokens.names(in.tokenRead().relationshipTypesGetAllTokens());
        selection = wanted == null ? PropertySelection.ALL_PROPERTIES : selection(wanted);
    }

    private PropertySelection selection(Set<String> wanted) {
        int[] tokens =
                IntStream.range(0, keys.length).filter(i -> wanted.contains(keys[i])).toArray();
        return tokens.length == 0
                ? PropertySelection.NO_PROPERTIES
                : PropertySelection.selection(tokens);
    }

    /**
     * Reads it.
     *
     * @param progress hears of nodes and relationships as they are read
     * @throws dev.tablewalk.graph.UserError if the store is not as a load makes it
     */
    public static void read(KernelTransaction in, GraphSink to, Progress progress)
            throws IOException {
        StoreScan scan = new StoreScan(in, null, to, progress);
        scan.relationships(scan.nodes());
    }

    /**
     * Reads its nodes alone.
     *
     * @param wanted names of the properties to hand over
     * @throws dev.tablewalk.graph.UserError if the store is not as a load makes it
     */
    public static void readNodes(KernelTransaction in, Set<String> wanted, GraphSink to)
            throws IOException {
        new StoreScan(in, wanted, to, Progress.NONE).nodes();
    }

    /**
     * Reads its relationships alone, without the labels of their ends.
     *
     * @param wanted names of the properties to hand over
     * @throws dev.tablewalk.graph.UserError if the store is not as a load makes it
     */
    public static void readRelationships(KernelTransaction in, Set<String> wanted, GraphSink to)
            throws IOException {
        StoreScan scan = new StoreScan(in, wanted, to, Progress.NONE);
        scan.sets.add(Set.of());
        scan.relationships(new byte[Math.toIntExact(in.dataRead().nodesGetCount())]);
    }

    /** Names of all keys that its nodes and relationships have properties by. */
    public static Set<String> keys(KernelTransaction in) {
        return new TreeSet<>(
                Arrays.asList(StoreTokens.names(in.tokenRead().propertyKeyGetAllTokens())));
    }

    /** Returns the number of each node's set of labels. */
    private byte[] nodes() throws IOException {
        byte[] setOf = new byte[Math.toIntExact(in.dataRead().nodesGetCount())];
        try (NodeCursor node = in.cursors().allocateNodeCursor(in.cursorContext());
                PropertyCursor properties = properties()) {
            in.dataRead().allNodesScan(node);
            int last = -1;
            int number = 0;
            for (; node.next(); number++) {
                if (node.nodeReference() != number || number >= setOf.length) {
                    throw StoreTokens.damaged("its nodes are not numbered from 0 on");
                }
                int[] tokens = node.labels().all();
                if (last < 0 || !Arrays.equals(tokens, tokensOfSets.get(last))) {
                    last = set(tokens);
                }
                setOf[number] = (byte) last;
                PropertySink sink = to.node(number, sets.get(last));
                node.properties(properties, selection);
                finish(properties, sink);
            }
            if (number < setOf.length) {
                throw StoreTokens.damaged("it has fewer nodes than it counts");
            }
        }
        return setOf;
    }

    private int set(int[] tokens) {
        for (int i = 0; i < tokensOfSets.size(); i++) {
            if (Arrays.equals(tokens, tokensOfSets.get(i))) {
                return i;
            }
        }
        if (sets.size() > Byte.MAX_VALUE) {
            throw StoreTokens.damaged("there are too many sets of labels");
        }
        Set<String> names = new TreeSet<>();
        for (int token : tokens) {
            names.add(labels[token]);
        }
        tokensOfSets.add(tokens);
        sets.add(names);
        return sets.size() - 1;
    }

    private void relationships(byte[] setOf) throws IOException {
        try (RelationshipScanCursor each =
                        in.cursors().allocateRelationshipScanCursor(in.cursorContext());
                PropertyCursor properties = properties()) {
            in.dataRead().allRelationshipsScan(each);
            while (each.next()) {
                int from = node(each.sourceNodeReference(), setOf);
                int end = node(each.targetNodeReference(), setOf);
                PropertySink sink =
                        to.relationship(
                                types[each.type()],
                                from,
                                sets.get(setOf[from]),
                                end,
                                sets.get(setOf[end]));
                each.properties(properties, selection);
                finish(properties, sink);
            }
        }
    }

    private static int node(long reference, byte[] setOf) {
        if (reference < 0 || reference >= setOf.length) {
            throw StoreTokens.damaged("a relationship leads to no node");
        }
        return (int) reference;
    }

    private PropertyCursor properties() {
        return in.cursors().allocatePropertyCursor(in.cursorContext(), in.memoryTracker());
    }

    private void finish(PropertyCursor properties, PropertySink sink) throws IOException {
        while (properties.next()) {
            String key = keys[properties.propertyKey()];
            Value value = properties.propertyValue();
            switch (value) {
                case IntegralValue number -> sink.put(key, number.longValue());
                case BooleanValue truth -> sink.put(key, truth.booleanValue());
                case TextValue text -> sink.put(key, text.stringValue());
                case TextArray texts -> sink.put(key, List.of((String[]) texts.asObjectCopy()));
                default -> throw StoreTokens.damaged("the property " + key + " is " + value);
            }
        }
        to.end();
        if (++done % STEP == 0) {
            progress.advance(STEP);
        }
    }
}
