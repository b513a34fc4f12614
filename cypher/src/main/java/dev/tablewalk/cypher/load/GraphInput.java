package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.PropertySink;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
import org.neo4j.batchimport.api.InputIterator;
import org.neo4j.batchimport.api.input.IdType;
import org.neo4j.batchimport.api.input.Input;
import org.neo4j.batchimport.api.input.InputChunk;
import org.neo4j.batchimport.api.input.InputEntityVisitor;
import org.neo4j.internal.batchimport.input.Groups;

/**
 * A graph as the bulk importer wants it: chunks of entities, which several threads fetch. Records
 * are taken from the graph's iterators under a lock and described outside it. A node's id in the
 * store is its number in the graph.
 */
final class GraphInput {
    private static final int CHUNK = 1000;

    // Only for sizing caches and progress.
    private static final int PROPERTIES_PER_NODE = 8;
    private static final int PROPERTIES_PER_RELATIONSHIP = 17;
    private static final int BYTES_PER_PROPERTY = 12;

    private GraphInput() {}

    /**
     * @param progress hears how many more nodes and relationships were handed over
     */
    static Input of(GuestGraph graph, LongConsumer progress) {
        long nodes = graph.nodeCount();
        long relationships = graph.relationshipCount();
        return Input.input(
                () -> new Entities<>(graph.nodes().iterator(), GraphInput::node, progress),
                () ->
                        new Entities<>(
                                graph.relationships().iterator(),
                                GraphInput::relationship,
                                progress),
                IdType.ACTUAL,
                Input.knownEstimates(
                        nodes,
                        relationships,
                        nodes * PROPERTIES_PER_NODE,
                        relationships * PROPERTIES_PER_RELATIONSHIP,
                        nodes * PROPERTIES_PER_NODE * BYTES_PER_PROPERTY,
                        relationships * PROPERTIES_PER_RELATIONSHIP * BYTES_PER_PROPERTY,
                        nodes),
                new Groups(),
                false);
    }

    private static void node(long number, GraphNode node, InputEntityVisitor to) {
        to.id(number);
        to.labels(node.labels().stream().map(NodeLabel::text).toArray(String[]::new));
        node.describe(new VisitorSink(to));
    }

    private static void relationship(
            long number, GraphRelationship relationship, InputEntityVisitor to) {
        to.startId(relationship.from());
        to.endId(relationship.to());
        to.type(relationship.type().name());
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
