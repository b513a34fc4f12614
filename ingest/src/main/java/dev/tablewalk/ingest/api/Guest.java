package dev.tablewalk.ingest.api;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.PropertyMap;
import java.util.Iterator;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a guest's RAM holds, as a graph. It needs the image no more, does not change, and any thread
 * may ask it. Nodes and relationships are made as a stream goes on: each asking costs a pass over
 * all of them, and what is kept of them is the caller's to decide.
 */
public final class Guest {
    private final GuestGraph graph;

    Guest(GuestGraph graph) {
        this.graph = graph;
    }

    /** What is known of all of it: kernel, architecture, page size, and whose RAM it is. */
    public Node checkpoint() {
        return node(0, graph.checkpoint());
    }

    /** How many nodes there are; their numbers are below that. */
    public int nodeCount() {
        return graph.nodeCount();
    }

    /** All nodes, in the order of their numbers. */
    public Stream<Node> nodes() {
        Iterator<GraphNode> each = graph.nodes().iterator();
        Iterator<Node> numbered =
                new Iterator<>() {
                    private int number;

                    @Override
                    public boolean hasNext() {
                        return each.hasNext();
                    }

                    @Override
                    public Node next() {
                        return node(number++, each.next());
                    }
                };
        return StreamSupport.stream(
                Spliterators.spliterator(
                        numbered,
                        graph.nodeCount(),
                        Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
                false);
    }

    /**
     * Those that have a label, in the order of their numbers.
     *
     * @param label such as {@code Task}
     */
    public Stream<Node> nodes(String label) {
        return nodes().filter(node -> node.labels().contains(label));
    }

    /** How many relationships there are. */
    public long relationshipCount() {
        return graph.relationshipCount();
    }

    /** All relationships. */
    public Stream<Relationship> relationships() {
        return StreamSupport.stream(graph.relationships().spliterator(), false)
                .map(Guest::relationship);
    }

    /**
     * Those of a type.
     *
     * @param type such as {@code POINTS_TO}
     */
    public Stream<Relationship> relationships(String type) {
        return StreamSupport.stream(graph.relationships().spliterator(), false)
                .filter(each -> each.type().name().equals(type))
                .map(Guest::relationship);
    }

    private static Node node(int number, GraphNode node) {
        Set<String> labels =
                node.labels().stream().map(NodeLabel::text).collect(Collectors.toSet());
        return new Node(number, labels, PropertyMap.of(node::describe));
    }

    private static Relationship relationship(GraphRelationship each) {
        return new Relationship(
                each.type().name(), each.from(), each.to(), PropertyMap.of(each::describe));
    }
}
