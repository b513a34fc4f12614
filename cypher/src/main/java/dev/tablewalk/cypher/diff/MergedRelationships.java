package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphRelationship.LeafMapping;
import dev.tablewalk.graph.GraphRelationship.Link;
import dev.tablewalk.graph.GraphRelationship.Pointer;
import dev.tablewalk.graph.GraphRelationship.RootPointer;
import dev.tablewalk.graph.GraphRelationship.SwapMapping;
import dev.tablewalk.graph.GraphRelationship.TablePointer;
import dev.tablewalk.graph.RelationshipType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Relationships of both sides between the nodes of a merged graph, each once. */
final class MergedRelationships {
    /** What a relationship is known by beside its content. */
    private static final Comparator<GraphRelationship> IDENTITY =
            Comparator.comparingInt(GraphRelationship::from)
                    .thenComparing(GraphRelationship::type)
                    .thenComparingInt(GraphRelationship::to)
                    .thenComparingLong(MergedRelationships::entry)
                    .thenComparing(MergedRelationships::name);

    private final MergedRanges ranges;
    private final int firstRange;
    private final @Nullable ContentChanges contents;

    MergedRelationships(MergedRanges ranges, int firstRange, @Nullable ContentChanges contents) {
        this.ranges = ranges;
        this.firstRange = firstRange;
        this.contents = contents;
    }

    /** The entry that it stands for, and where in what that maps it begins. */
    private static long entry(GraphRelationship of) {
        return switch (of) {
            case LeafMapping leaf -> leaf.index() * leaf.size() + (leaf.va() & (leaf.size() - 1));
            case TablePointer pointer -> pointer.index();
            case SwapMapping swap -> swap.index() * swap.size() + (swap.va() & (swap.size() - 1));
            default -> 0;
        };
    }

    private static String name(GraphRelationship of) {
        return of instanceof Pointer pointer ? pointer.key() + pointer.name() : "";
    }

    /**
     * Those of both sides.
     *
     * @param idsBefore the merged number of each node of before, but for ranges
     */
    List<GraphRelationship> of(Side before, int[] idsBefore, Side after, int[] idsAfter) {
        List<GraphRelationship> ones = moved(before, idsBefore);
        List<GraphRelationship> others = moved(after, idsAfter);
        ones.sort(IDENTITY);
        others.sort(IDENTITY);
        List<GraphRelationship> merged = new ArrayList<>(Math.max(ones.size(), others.size()));
        int i = 0;
        int j = 0;
        while (i < ones.size() || j < others.size()) {
            int order =
                    i == ones.size()
                            ? 1
                            : j == others.size()
                                    ? -1
                                    : IDENTITY.compare(ones.get(i), others.get(j));
            merged.add(
                    merged(order <= 0 ? ones.get(i++) : null, order >= 0 ? others.get(j++) : null));
        }
        return merged;
    }

    private GraphRelationship merged(
            @Nullable GraphRelationship was, @Nullable GraphRelationship is) {
        if (was == null || is == null) {
            return new GraphRelationship.Compared(was, is, 0);
        }
        if (was instanceof SwapMapping one
                && is instanceof SwapMapping other
                && (one.raw() == null || other.raw() == null)) {
            was = withoutRaw(one);
            is = withoutRaw(other);
        }
        long written =
                contents != null && is instanceof LeafMapping leaf
                        ? contents.pages(pa(leaf), bytes(leaf))
                        : 0;
        return written == 0 && was.equals(is)
                ? is
                : new GraphRelationship.Compared(was, is, written);
    }

    private static SwapMapping withoutRaw(SwapMapping of) {
        return new SwapMapping(
                of.from(), of.to(), of.index(), of.va(), of.pages(), of.size(), null, of.swap());
    }

    private long pa(LeafMapping leaf) {
        return ranges.pa(leaf.to() - firstRange);
    }

    private long bytes(LeafMapping leaf) {
        return ranges.paEnd(leaf.to() - firstRange) - pa(leaf);
    }

    /** Those of one side, with the merged graph's numbers, and cut as its ranges are. */
    private List<GraphRelationship> moved(Side side, int[] ids) {
        List<GraphRelationship> moved = new ArrayList<>();
        for (GraphRelationship each : side.relationships()) {
            int from = ids[each.from()];
            switch (each) {
                case LeafMapping leaf -> cut(leaf, from, side, moved);
                case SwapMapping swap -> cut(swap, from, side, moved);
                case TablePointer pointer ->
                        moved.add(
                                new TablePointer(
                                        from,
                                        ids[pointer.to()],
                                        pointer.index(),
                                        pointer.va(),
                                        pointer.raw(),
                                        pointer.readOnlyTable(),
                                        pointer.noUserTable(),
                                        pointer.xnTable(),
                                        pointer.pxnTable()));
                case Pointer pointer ->
                        moved.add(
                                new Pointer(
                                        from, ids[pointer.to()], pointer.key(), pointer.name()));
                case RootPointer root ->
                        moved.add(
                                new RootPointer(from, ids[root.to()], root.symbol(), root.kind()));
                case Link link ->
                        moved.add(
                                new Link(
                                        link.type(),
                                        from,
                                        link.type() == RelationshipType.LIES_IN
                                                ? rangeOf(side, link.from())
                                                : ids[link.to()]));
                case GraphRelationship.Compared _ ->
                        throw new IllegalStateException("a diff is not compared");
            }
        }
        return moved;
    }

    private int rangeOf(Side side, int table) {
        return firstRange + ranges.withPa(side.node(table, GraphNode.PageTable.class).pa());
    }

    private void cut(LeafMapping leaf, int from, Side side, List<GraphRelationship> to) {
        long pa = side.node(leaf.to(), GraphNode.PageRange.class).pa();
        long end = pa + leaf.pages() * side.pageSize();
        long into = leaf.va() & (leaf.size() - 1);
        for (int part = ranges.withPa(pa); part >= 0 && part < ranges.count(); part++) {
            long start = ranges.pa(part);
            long length = ranges.paEnd(part) - start;
            long offset = into + (start - pa);
            long firstEntry = offset / leaf.size();
            long lastEntry = (offset + length - 1) / leaf.size();
            to.add(
                    new LeafMapping(
                            from,
                            firstRange + part,
                            (int) (leaf.index() + firstEntry),
                            (int) (lastEntry - firstEntry + 1),
                            leaf.va() + (start - pa),
                            length / side.pageSize(),
                            leaf.size(),
                            // Entries of a run differ in their address alone.
                            leaf.raw() + firstEntry * leaf.size(),
                            leaf.attributes()));
            if (ranges.paEnd(part) >= end) {
                return;
            }
        }
    }

    private void cut(SwapMapping swap, int from, Side side, List<GraphRelationship> to) {
        GraphNode.Slots slots = side.node(swap.to(), GraphNode.Slots.class);
        if (slots.pages() == 0) {
            int part = ranges.withSlot(slots.type(), slots.offset());
            to.add(swap.between(from, firstRange + part));
            return;
        }
        long end = slots.offset() + slots.pages();
        long perEntry = swap.size() / side.pageSize();
        for (int part = ranges.withSlot(slots.type(), slots.offset()); part >= 0; part++) {
            long start = ranges.slot(slots.type(), part);
            long offset = start - slots.offset();
            to.add(
                    new SwapMapping(
                            from,
                            firstRange + part,
                            (int) (swap.index() + offset / perEntry),
                            swap.va() + offset * side.pageSize(),
                            ranges.slotEnd(slots.type(), part) - start,
                            swap.size(),
                            offset == 0 ? swap.raw() : null,
                            swap.swap()));
            if (ranges.slotEnd(slots.type(), part) >= end) {
                return;
            }
        }
    }
}
