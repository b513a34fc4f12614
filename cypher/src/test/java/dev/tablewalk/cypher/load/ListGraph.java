package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import java.util.List;

/** A graph that is held as lists. */
public record ListGraph(List<GraphNode> nodes, List<GraphRelationship> relationships)
        implements GuestGraph {
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
