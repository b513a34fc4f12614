package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphRelationship.LeafMapping;
import dev.tablewalk.graph.GraphRelationship.SwapMapping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Pages that follow one another and lead to frames or slots that follow one another.
 *
 * @param va virtual address of the first byte
 * @param bytes how many there are
 */
record Run(long va, long bytes, Target target) implements Segments.Stretch {
    @Override
    public long end() {
        return va + bytes;
    }

    /** What a tree maps, by address. */
    record Mapped(List<Run> runs, boolean whole) {}

    /**
     * All that a root maps.
     *
     * @param place where an address of the tree's is to be taken to lie
     */
    static Mapped of(Side side, TreeWalk walk, int root, LongUnaryOperator place) {
        List<Run> runs = new ArrayList<>();
        boolean whole =
                walk.walk(
                        root,
                        (table, moved) -> {
                            for (GraphRelationship each : side.from(table)) {
                                Run run = of(side, each);
                                if (run != null) {
                                    runs.add(
                                            new Run(
                                                    place.applyAsLong(run.va + moved),
                                                    run.bytes,
                                                    run.target));
                                }
                            }
                        });
        runs.sort(Comparator.comparingLong(Run::va));
        return new Mapped(joined(runs), whole);
    }

    /** The same with what goes on where another ends taken together: a load cuts runs. */
    private static List<Run> joined(List<Run> runs) {
        List<Run> joined = new ArrayList<>();
        for (Run each : runs) {
            Run last = joined.isEmpty() ? null : joined.getLast();
            if (last != null
                    && last.end() == each.va
                    && last.target.plus(last.bytes).equals(each.target)) {
                joined.set(
                        joined.size() - 1, new Run(last.va, last.bytes + each.bytes, last.target));
            } else {
                joined.add(each);
            }
        }
        return joined;
    }

    private static @Nullable Run of(Side side, GraphRelationship of) {
        return switch (of) {
            case LeafMapping leaf ->
                    new Run(
                            leaf.va(),
                            leaf.pages() * side.pageSize(),
                            new Target.Frames(
                                    side.node(leaf.to(), GraphNode.PageRange.class).pa(),
                                    leaf.size(),
                                    leaf.attributes()));
            case SwapMapping swap -> {
                GraphNode.Slots slots = side.node(swap.to(), GraphNode.Slots.class);
                yield new Run(
                        swap.va(),
                        swap.pages() * side.pageSize(),
                        new Target.Slots(
                                slots.type(),
                                slots.offset(),
                                slots.pages() == 0 ? 0 : side.pageSize(),
                                swap.swap()));
            }
            default -> null;
        };
    }
}
