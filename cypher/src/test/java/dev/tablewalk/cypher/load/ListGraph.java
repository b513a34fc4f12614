package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A graph that is held as lists. */
public record ListGraph(
        List<GraphNode> nodes,
        List<GraphRelationship> relationships,
        @Nullable FrameHashes frameHashes)
        implements GuestGraph {
    public ListGraph(List<GraphNode> nodes, List<GraphRelationship> relationships) {
        this(nodes, relationships, null);
    }

    @Override
    public GraphNode.Checkpoint checkpoint() {
        return (GraphNode.Checkpoint) nodes.getFirst();
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
