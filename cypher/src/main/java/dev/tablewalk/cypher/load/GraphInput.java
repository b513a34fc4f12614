package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.PropertySink;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.neo4j.batchimport.api.InputIterable;
import org.neo4j.batchimport.api.InputIterator;
import org.neo4j.batchimport.api.input.Collector;
import org.neo4j.batchimport.api.input.IdType;
import org.neo4j.batchimport.api.input.Input;
import org.neo4j.batchimport.api.input.InputChunk;
import org.neo4j.batchimport.api.input.InputEntityVisitor;
import org.neo4j.batchimport.api.input.PropertySizeCalculator;
import org.neo4j.batchimport.api.input.ReadableGroups;
import org.neo4j.internal.batchimport.input.Groups;

/**
 * A graph as the bulk importer wants it: chunks of entities, which several threads fetch. Records
 * are taken from the graph's iterators under a lock and described outside it. A node's id in the
 * store is its number in the graph.
 */
final class GraphInput implements Input {
    private static final int CHUNK = 1000;

    // Only for sizing caches.
    private static final int PROPERTIES_PER_NODE = 8;
    private static final int PROPERTIES_PER_RELATIONSHIP = 17;
    private static final int BYTES_PER_PROPERTY = 12;

    private final CompletableFuture<BulkImport.Source> source;
    private final Consumer<GuestGraph> arrived;
    private final GraphCounts counts = new GraphCounts();
    private final Groups groups = new Groups();

    /**
     * @param source completed later; what asks for the graph waits until then
     * @param arrived hears of the graph once it is there and the importer has made its files
     */
    GraphInput(CompletableFuture<BulkImport.Source> source, Consumer<GuestGraph> arrived) {
        this.source = source;
        this.arrived = arrived;
    }

    /** What has been handed over. */
    GraphCounts counts() {
        return counts;
    }

    /** The importer asks for this between making its files and writing to them. */
    @Override
    public Estimates validateAndEstimate(PropertySizeCalculator sizes, int threads) {
        GuestGraph graph = source.join().graph();
        arrived.accept(graph);
        long nodes = graph.nodeCount();
        long relationships = graph.relationshipCount();
        return Input.knownEstimates(
                nodes,
                relationships,
                nodes * PROPERTIES_PER_NODE,
                relationships * PROPERTIES_PER_RELATIONSHIP,
                nodes * PROPERTIES_PER_NODE * BYTES_PER_PROPERTY,
                relationships * PROPERTIES_PER_RELATIONSHIP * BYTES_PER_PROPERTY,
                nodes);
    }

    @Override
    public InputIterable nodes(Collector collector) {
        BulkImport.Source from = source.join();
        return () ->
                new Entities<>(
                        from.graph().nodes().iterator(), this::node, from.progress()::advance);
    }

    @Override
    public InputIterable relationships(Collector collector) {
        BulkImport.Source from = source.join();
        return () ->
                new Entities<>(
                        from.graph().relationships().iterator(),
                        this::relationship,
                        from.progress()::advance);
    }

    @Override
    public IdType idType() {
        return IdType.ACTUAL;
    }

    @Override
    public ReadableGroups groups() {
        return groups;
    }

    @Override
    public boolean containsVectorData() {
        return false;
    }

    private void node(long number, GraphNode node, InputEntityVisitor to) {
        to.id(number);
        List<NodeLabel> labels = node.labels();
        String[] names = new String[labels.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = labels.get(i).text();
            counts.count(labels.get(i));
        }
        to.labels(names);
        node.describe(new VisitorSink(to));
    }

    private void relationship(long number, GraphRelationship relationship, InputEntityVisitor to) {
        to.startId(relationship.from());
        to.endId(relationship.to());
        to.type(relationship.type().name());
        counts.count(relationship.type());
        relationship.describe(new VisitorSink(to));
    }

    private interface Describer<T> {
        void describe(long number, T entity, InputEntityVisitor to);
    }

    /** Hands out the iterator's entities, numbered from 0. */
    private static final class Entities<T> implements InputIterator {
        private final Iterator<T> entities;
        private final Describer<T> describer;
        private final LongConsumer progress;
        private long taken;

        Entities(Iterator<T> entities, Describer<T> describer, LongConsumer progress) {
            this.entities = entities;
            this.describer = describer;
            this.progress = progress;
        }

        @Override
        public InputChunk newChunk() {
            return new Chunk<>(describer);
        }

        @Override
        public boolean next(InputChunk chunk) {
            @SuppressWarnings("unchecked") // newChunk made it
            Chunk<T> empty = (Chunk<T>) chunk;
            int filled;
            synchronized (this) {
                filled = empty.fill(entities, taken);
                taken += filled;
            }
            progress.accept(filled);
            return filled > 0;
        }

        @Override
        public void close() {}
    }

    private static final class Chunk<T> implements InputChunk {
        private final Describer<T> describer;
        private final List<T> entities = new ArrayList<>(CHUNK);
        private long first;
        private int next;

        Chunk(Describer<T> describer) {
            this.describer = describer;
        }

        int fill(Iterator<T> from, long number) {
            entities.clear();
            next = 0;
            first = number;
            while (entities.size() < CHUNK && from.hasNext()) {
                entities.add(from.next());
            }
            return entities.size();
        }

        @Override
        public boolean next(InputEntityVisitor visitor) throws java.io.IOException {
            if (next == entities.size()) {
                return false;
            }
            describer.describe(first + next, entities.get(next), visitor);
            visitor.endOfEntity();
            next++;
            return true;
        }

        @Override
        public void close() {}
    }

    private record VisitorSink(InputEntityVisitor to) implements PropertySink {
        @Override
        public void put(String key, long value) {
            to.property(key, value, false);
        }

        @Override
        public void put(String key, boolean value) {
            to.property(key, value, false);
        }

        @Override
        public void put(String key, String value) {
            to.property(key, value, false);
        }

        @Override
        public void put(String key, List<String> values) {
            to.property(key, values.toArray(new String[0]), false);
        }
    }
}
