package dev.tablewalk.ingest.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Holds two graphs of one guest against each other, but for the node that tells of the file. */
final class GraphDifference {
    private GraphDifference() {}

    /** Every node and relationship must be the same, and every frame's hash. */
    static void assertSame(GuestGraph expected, GuestGraph graph) {
        assertSame(expected, graph, node -> true);
        Iterator<GraphRelationship> relationships = graph.relationships().iterator();
        for (GraphRelationship relationship : expected.relationships()) {
            assertEquals(relationship, relationships.next());
        }
        assertEquals(expected.relationshipCount(), graph.relationshipCount());
        assertSameHashes(expected.frameHashes(), graph.frameHashes());
    }

    /** Every node of those must be the same. */
    static void assertSame(
            GuestGraph expected, GuestGraph graph, Predicate<? super GraphNode> wanted) {
        List<GraphNode> theirs = nodes(graph, wanted);
        List<GraphNode> ours = nodes(expected, wanted);
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            assertEquals(ours.get(i), theirs.get(i));
        }
        assertEquals(ours.size(), theirs.size(), "nodes");
    }

    private static List<GraphNode> nodes(GuestGraph graph, Predicate<? super GraphNode> wanted) {
        List<GraphNode> nodes = new ArrayList<>();
        for (GraphNode node : graph.nodes()) {
            if (!(node instanceof GraphNode.Checkpoint) && wanted.test(node)) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private static void assertSameHashes(
            @Nullable FrameHashes expected, @Nullable FrameHashes hashes) {
        assertEquals(expected == null, hashes == null);
        if (expected != null && hashes != null) {
            assertEquals(expected.runs(), hashes.runs());
            for (int i = 0; i < expected.count(); i++) {
                assertEquals(expected.hash(i), hashes.hash(i));
            }
        }
    }
}
