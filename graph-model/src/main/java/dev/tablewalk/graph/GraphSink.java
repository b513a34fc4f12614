package dev.tablewalk.graph;

import java.io.IOException;
import java.util.Set;

/**
 * Receives a graph piece by piece: all nodes in the order of their numbers, then all relationships.
 * Each piece is announced by its method, its properties follow, and {@link #end} closes it.
 */
public interface GraphSink {
    /**
     * A node begins.
     *
     * @param number from 0, without a gap
     * @param labels all of them, sorted; the same object for nodes of the same labels
     * @return what receives its properties, until {@link #end}
     */
    PropertySink node(int number, Set<String> labels) throws IOException;

    /**
     * A relationship begins.
     *
     * @param from number of the node that it starts at
     * @param to number of the node that it ends at
     * @return what receives its properties, until {@link #end}
     */
    PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels)
            throws IOException;

    /** What was begun last has all of its properties. */
    void end() throws IOException;
}
