package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphRelationship.TablePointer;
import dev.tablewalk.graph.RelationshipType;
import java.util.HashMap;
import java.util.Map;

/** Walks the page tables of one side from their roots, along the graph's relationships. */
final class TreeWalk {
    /** More than any architecture has. */
    private static final int DEEPEST = 8;

    /**
     * Places of a table in one tree that are walked. Where tables are shared there are more ways
     * than tables: KASAN's shadow has one table under thousands of entries, at each level.
     */
    private static final int MOST = 64;

    private final Side side;
    private final Map<Integer, Integer> visits = new HashMap<>();
    private boolean whole;

    TreeWalk(Side side) {
        this.side = side;
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
     * @return false if a table that holds something repeats so often that not all of its places
     *     were walked
     */
    boolean walk(int root, Visitor visitor) {
        visits.clear();
        whole = true;
        visit(root, 0, 0, visitor);
        return whole;
    }

    private void visit(int table, long moved, int depth, Visitor visitor) {
        if (depth == DEEPEST) {
            return;
        }
        int visit = visits.merge(table, 1, Integer::sum);
        if (visit > MOST) {
            whole &= visit > MOST + 1 || standsForNothing(table);
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

    /**
     * Whether all of a table's entries lead to one thing below: what it holds was seen at its first
     * places, and nothing more is lost with the others.
     */
    private boolean standsForNothing(int table) {
        int[] below =
                side.from(table).stream()
                        .filter(each -> each.type() != RelationshipType.LIES_IN)
                        .mapToInt(GraphRelationship::to)
                        .distinct()
                        .toArray();
        return below.length == 1 && below[0] != table;
    }
}
