package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship.TablePointer;
import dev.tablewalk.graph.NodeLabel;

/** Walks the page tables of one side from their roots, along the graph's relationships. */
final class TreeWalk {
    /** More than any architecture has. */
    private static final int DEEPEST = 8;

    private final Side side;
    private final int mostVisits;
    private int visits;

    TreeWalk(Side side) {
        this.side = side;
        // Tables that point to each other many times over would take for ever.
        this.mostVisits = 4 * side.all(NodeLabel.PAGE_TABLE).size() + 1024;
    }

    /** Hears of each table that a root reaches, each time that it is reached. */
    interface Visitor {
        /**
         * A table.
         *
         * @param table its number
         * @param moved bytes from where its own relationships say that it lies to where it lies in
         *     this tree; 0 unless trees share it
         */
        void table(int table, long moved);
    }

    /**
     * Walks one tree, the root first.
     *
     * @return false if tables repeat so often that the walk was given up
     */
    boolean walk(int root, Visitor visitor) {
        visits = 0;
        visit(root, 0, 0, visitor);
        return visits <= mostVisits;
    }

    private void visit(int table, long moved, int depth, Visitor visitor) {
        if (depth == DEEPEST || ++visits > mostVisits) {
            return;
        }
        visitor.table(table, moved);
        for (var each : side.from(table)) {
            if (each instanceof TablePointer pointer) {
                Long va = side.node(pointer.to(), GraphNode.PageTable.class).va();
                long away = va == null ? 0 : pointer.va() - va;
                visit(pointer.to(), moved + away, depth + 1, visitor);
            }
        }
    }
}
