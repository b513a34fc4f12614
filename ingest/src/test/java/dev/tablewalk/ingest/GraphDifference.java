package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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

    /**
     * Every node and relationship must be the same, and every frame's hash; but for processors,
     * which come last and of which raw RAM does not tell.
     */
    static void assertSame(GuestGraph expected, GuestGraph graph) {
        assertSame(expected, graph, node -> true);
        Iterator<GraphRelationship> theirs = relationships(graph).iterator();
        for (GraphRelationship relationship : relationships(expected)) {
            assertEquals(relationship, theirs.next());
        }
        assertFalse(theirs.hasNext());
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

    private static List<GraphRelationship> relationships(GuestGraph graph) {
        int firstCpu = 0;
        for (GraphNode node : graph.nodes()) {
            firstCpu += node instanceof GraphNode.Cpu ? 0 : 1;
        }
        List<GraphRelationship> relationships = new ArrayList<>();
        for (GraphRelationship relationship : graph.relationships()) {
            if (relationship.from() < firstCpu) {
                relationships.add(relationship);
            }
        }
        return relationships;
    }

    private static List<GraphNode> nodes(GuestGraph graph, Predicate<? super GraphNode> wanted) {
        List<GraphNode> nodes = new ArrayList<>();
        for (GraphNode node : graph.nodes()) {
            boolean ofFile = node instanceof GraphNode.Checkpoint || node instanceof GraphNode.Cpu;
            if (!ofFile && wanted.test(node)) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private static void assertSameHashes(
            @Nullable FrameHashes expected, @Nullable FrameHashes hashes) {
        assertEquals(expected == null, hashes == null);
        if (expected != null && hashes != null) {
            // A dump may have firmware's memory as well, which is in no file of the guest's RAM.
            int ofRam = Math.min(expected.runs().size(), hashes.runs().size());
            assertEquals(expected.runs(), hashes.runs().subList(0, ofRam));
            for (int i = 0; i < expected.count(); i++) {
                assertEquals(expected.hash(i), hashes.hash(i));
            }
        }
    }
}
