package dev.tablewalk.graph;

import org.jspecify.annotations.Nullable;

/**
 * One checkpoint's nodes and relationships, complete and immutable.
 *
 * <p>Nodes are numbered from 0 in the order of {@link #nodes()}; relationships refer to them by
 * that number. Both may be iterated more than once, each time in the same order; records may be
 * made as the iteration goes, so that a large graph need not be held twice.
 */
public interface GuestGraph {
    /**
     * The checkpoint itself; also the first of {@link #nodes()}, but in a diff, where that tells of
     * both sides and this of the later one.
     */
    GraphNode.Checkpoint checkpoint();

    int nodeCount();

    Iterable<GraphNode> nodes();

    long relationshipCount();

    Iterable<GraphRelationship> relationships();

    /** A hash of each frame of RAM; null if none were asked for. */
    default @Nullable FrameHashes frameHashes() {
        return null;
    }
}
