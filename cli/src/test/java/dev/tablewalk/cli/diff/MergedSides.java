package dev.tablewalk.cli.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphRelationship.LeafMapping;
import dev.tablewalk.graph.GraphRelationship.Link;
import dev.tablewalk.graph.GraphRelationship.Pointer;
import dev.tablewalk.graph.GraphRelationship.RootPointer;
import dev.tablewalk.graph.GraphRelationship.SwapMapping;
import dev.tablewalk.graph.GraphRelationship.TablePointer;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What each side of a merged graph says, as texts that depend on no node's number and on no cut of
 * ranges: mappings page by page. Both sides are in a merged graph whole, or these differ.
 */
record MergedSides(Set<String> before, Set<String> after) {
    /** What a graph that is no diff says. */
    static Set<String> alone(GuestGraph graph) {
        return of(graph).after;
    }

    static MergedSides of(GuestGraph graph) {
        MergedSides sides = new MergedSides(new TreeSet<>(), new TreeSet<>());
        tell(graph, sides.before::add, sides.after::add);
        return sides;
    }

    /**
     * Tells the texts of each side one by one, for graphs whose texts do not fit into memory; that
     * of a graph that is no diff is told to both.
     */
    static void tell(GuestGraph graph, Consumer<String> before, Consumer<String> after) {
        List<GraphNode> nodes = new ArrayList<>();
        graph.nodes().forEach(nodes::add);
        long pageSize = graph.checkpoint().pageSize();
        for (GraphNode node : nodes) {
            if (node.label() == NodeLabel.CHECKPOINT) {
                continue; // its name is the diff's
            }
            GraphNode was = side(node, true);
            GraphNode is = side(node, false);
            if (was != null && !isRange(was)) {
                before.accept(was.toString());
            }
            if (is != null && !isRange(is)) {
                after.accept(is.toString());
            }
        }
        for (GraphRelationship each : graph.relationships()) {
            GraphRelationship was = each;
            GraphRelationship is = each;
            if (each instanceof GraphRelationship.Compared compared) {
                was = compared.before();
                is = compared.after();
            }
            if (was != null) {
                add(was, nodes, true, pageSize, before);
            }
            if (is != null) {
                add(is, nodes, false, pageSize, after);
            }
        }
    }

    private static boolean isRange(GraphNode node) {
        return node instanceof GraphNode.PageRange || node instanceof GraphNode.Slots;
    }

    private static @Nullable GraphNode side(GraphNode node, boolean before) {
        return node instanceof GraphNode.Compared compared
                ? before ? compared.before() : compared.after()
                : node;
    }

    private static void add(
            GraphRelationship of,
            List<GraphNode> nodes,
            boolean before,
            long pageSize,
            Consumer<String> to) {
        GraphNode from = side(nodes.get(of.from()), before);
        GraphNode target = side(nodes.get(of.to()), before);
        if (from == null || target == null) {
            throw new AssertionError("a relationship leads where nothing is: " + of);
        }
        String start = from.label() + " " + key(from) + " " + of.type() + " ";
        switch (of) {
            case LeafMapping leaf -> {
                long pa = ((GraphNode.PageRange) target).pa();
                if (leaf.pages() != ((GraphNode.PageRange) target).pages()) {
                    throw new AssertionError("does not map its range as a whole: " + leaf);
                }
                for (long i = 0; i < leaf.pages(); i++) {
                    long va = leaf.va() + i * pageSize;
                    long entry = ((leaf.va() & (leaf.size() - 1)) + i * pageSize) / leaf.size();
                    to.accept(
                            start
                                    + (leaf.index() + entry)
                                    + " "
                                    + Long.toHexString(leaf.raw() + entry * leaf.size())
                                    + " "
                                    + Long.toHexString(va)
                                    + " "
                                    + Long.toHexString(pa + i * pageSize)
                                    + leaf.size()
                                    + leaf.attributes());
                }
            }
            case SwapMapping swap -> {
                GraphNode.Slots slots = (GraphNode.Slots) target;
                for (long i = 0; i < swap.pages(); i++) {
                    to.accept(
                            start
                                    + Long.toHexString(swap.va() + i * pageSize)
                                    + " "
                                    + slots.type()
                                    + " "
                                    + slots.offset(i));
                }
            }
            case TablePointer pointer ->
                    to.accept(start + key(target) + pointer.index() + " " + pointer.raw());
            case Pointer pointer -> to.accept(start + key(target) + pointer.key() + pointer.name());
            case RootPointer root -> to.accept(start + key(target) + root.symbol() + root.kind());
            case Link _ -> to.accept(start + (isRange(target) ? "its range" : key(target)));
            case GraphRelationship.Compared compared -> throw new AssertionError(compared);
        }
    }

    private static String key(GraphNode node) {
        return switch (node) {
            case GraphNode.Checkpoint _ -> "it";
            default -> node.toString();
        };
    }
}
