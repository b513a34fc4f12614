package dev.tablewalk.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph that is held as lists.
 *
 * @param frameHashes null if none are known
 */
public record ListGraph(
        GraphNode.Checkpoint checkpoint,
        List<GraphNode> nodes,
        List<GraphRelationship> relationships,
        @Nullable FrameHashes frameHashes)
        implements GuestGraph {
    /** One whose first node is the checkpoint, without hashes. */
    public ListGraph(List<GraphNode> nodes, List<GraphRelationship> relationships) {
        this((GraphNode.Checkpoint) nodes.getFirst(), nodes, relationships, null);
    }

    @Override
    public int nodeCount() {
        return nodes.size();
    }

    @Override
    public long relationshipCount() {
        return relationships.size();
    }
}
