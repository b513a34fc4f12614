package dev.tablewalk.cypher.stored;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.ListGraph;
import dev.tablewalk.graph.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Entity;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.ResourceIterable;
import org.neo4j.graphdb.Transaction;

/**
 * All of a store's graph in memory: about 100 bytes a relationship and 500 a node. Costs one scan
 * of the store.
 */
public final class StoredGraph {
    private static final int STEP = 1 << 12;

    private StoredGraph() {}

    /**
     * Reads it.
     *
     * @param nodeCount as many nodes as the store has, numbered from 0 without a gap
     * @param hashes that are kept beside the store; null if none are
     * @param progress hears of nodes and relationships as they are read
     * @throws dev.tablewalk.graph.UserError if a node or relationship is not as a load makes it
     */
    public static GuestGraph read(
            Transaction transaction,
            int nodeCount,
            @Nullable FrameHashes hashes,
            Progress progress) {
        GraphNode[] nodes = new GraphNode[nodeCount];
        int n = 0;
        try (ResourceIterable<Node> all = transaction.getAllNodes()) {
            for (Node node : all) {
                int number = number(node);
                if (number >= nodeCount || nodes[number] != null) {
                    throw StoreTokens.damaged("there are more nodes than were loaded");
                }
                nodes[number] = StoredNodes.decode(node.getLabels(), StoredProperties.of(node));
                advance(progress, ++n);
            }
        }
        if (n != nodeCount) {
            throw StoreTokens.damaged("there are fewer nodes than were loaded");
        }
        List<GraphRelationship> relationships = new ArrayList<>();
        StoredRelationships decoder = new StoredRelationships();
        try (ResourceIterable<Relationship> all = transaction.getAllRelationships()) {
            for (Relationship relationship : all) {
                relationships.add(
                        decoder.decode(
                                relationship.getType().name(),
                                number(relationship.getStartNode()),
                                number(relationship.getEndNode()),
                                StoredProperties.of(relationship)));
                advance(progress, ++n);
            }
        }
        if (nodeCount == 0 || !(nodes[0] instanceof GraphNode.Checkpoint checkpoint)) {
            throw StoreTokens.damaged("its first node is not the checkpoint");
        }
        return new ListGraph(
                checkpoint,
                Collections.unmodifiableList(Arrays.asList(nodes)),
                Collections.unmodifiableList(relationships),
                hashes);
    }

    private static void advance(Progress progress, int done) {
        if (done % STEP == 0) {
            progress.advance(STEP);
        }
    }

    /** The part behind the last colon of its element id: a load numbers nodes from 0. */
    private static int number(Node node) {
        String id = ((Entity) node).getElementId();
        return Integer.parseInt(id, id.lastIndexOf(':') + 1, id.length(), 10);
    }
}
