package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphNode.PageRange;
import dev.tablewalk.graph.GraphNode.Slots;
import dev.tablewalk.graph.NodeLabel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Page ranges and swap ranges of both sides, cut until each lies in at most one of each. */
final class MergedRanges {
    private static final String MIXED = "mixed";

    private final Side before;
    private final Side after;
    private final int pageShift;
    private final Parts.Ranges pagesBefore;
    private final Parts.Ranges pagesAfter;
    private final Parts pages;
    private final SortedMap<Integer, Swap> swaps = new TreeMap<>();
    private final int count;

    /**
     * The slots of one swap area, or what other entries of one type refer to.
     *
     * @param first number of its first part among all parts
     */
    private record Swap(int first, Parts.Ranges before, Parts.Ranges after, Parts parts) {}

    MergedRanges(Side before, Side after) {
        this.before = before;
        this.after = after;
        this.pageShift = Long.numberOfTrailingZeros(after.pageSize());
        this.pagesBefore = pages(before);
        this.pagesAfter = pages(after);
        this.pages = new Parts(pagesBefore, pagesAfter);
        TreeSet<Integer> types = new TreeSet<>();
        for (Side side : List.of(before, after)) {
            slots(side).forEach(each -> types.add(side.node(each, Slots.class).type()));
        }
        int first = pages.count();
        for (int type : types) {
            Parts.Ranges slotsBefore = slots(before, type);
            Parts.Ranges slotsAfter = slots(after, type);
            Parts parts = new Parts(slotsBefore, slotsAfter);
            swaps.put(type, new Swap(first, slotsBefore, slotsAfter, parts));
            first += parts.count();
        }
        count = first;
    }

    private static Parts.Ranges pages(Side side) {
        return ranges(
                side.all(NodeLabel.PAGE_RANGE),
                each -> side.node(each, PageRange.class).pa(),
                each -> side.node(each, PageRange.class).pages() * side.pageSize());
    }

    private static Parts.Ranges slots(Side side, int type) {
        return ranges(
                slots(side).filter(each -> side.node(each, Slots.class).type() == type).toList(),
                each -> side.node(each, Slots.class).offset(),
                // A marker is no place, but takes one among those of its type.
                each -> Math.max(1, side.node(each, Slots.class).pages()));
    }

    /** The numbers of all that entries of the form of swap entries refer to. */
    private static Stream<Integer> slots(Side side) {
        return Stream.of(NodeLabel.SWAP_RANGE, NodeLabel.NON_SWAP_RANGE)
                .flatMap(label -> side.all(label).stream());
    }

    private static Parts.Ranges ranges(
            List<Integer> numbers, ToLongFunction<Integer> start, ToLongFunction<Integer> length) {
        List<Integer> sorted = new ArrayList<>(numbers);
        sorted.sort(Comparator.comparingLong(start));
        return new Parts.Ranges(
                sorted.stream().mapToLong(start).toArray(),
                sorted.stream()
                        .mapToLong(each -> start.applyAsLong(each) + length.applyAsLong(each))
                        .toArray(),
                sorted.stream().mapToInt(each -> each).toArray());
    }

    /** Parts; those of pages first. */
    int count() {
        return count;
    }

    /** The number among the parts of that with a physical address; -1 if there is none. */
    int withPa(long pa) {
        return pages.with(pa);
    }

    long pa(int part) {
        return pages.start(part);
    }

    /** Physical address behind the last byte of a part. */
    long paEnd(int part) {
        return pages.end(part);
    }

    /** The number among the parts of that with a slot; -1 if there is none. */
    int withSlot(int type, long slot) {
        Swap swap = swaps.get(type);
        int part = swap == null ? -1 : swap.parts.with(slot);
        return swap == null || part < 0 ? -1 : swap.first + part;
    }

    long slot(int type, int part) {
        Swap swap = java.util.Objects.requireNonNull(swaps.get(type));
        return swap.parts.start(part - swap.first);
    }

    /** The slot behind the last of a part. */
    long slotEnd(int type, int part) {
        Swap swap = java.util.Objects.requireNonNull(swaps.get(type));
        return swap.parts.end(part - swap.first);
    }

    /** The nodes of all parts, in order. */
    void addTo(List<GraphNode> nodes) {
        for (int part = 0; part < pages.count(); part++) {
            nodes.add(page(part));
        }
        swaps.forEach(
                (type, swap) -> {
                    for (int part = 0; part < swap.parts.count(); part++) {
                        nodes.add(
                                MergedGraph.merged(
                                        cut(
                                                before,
                                                swap.before,
                                                swap.parts.before(part),
                                                swap,
                                                part),
                                        cut(
                                                after,
                                                swap.after,
                                                swap.parts.after(part),
                                                swap,
                                                part)));
                    }
                });
    }

    /** A part of one side's range; null if it has none there. */
    private static @Nullable Slots cut(
            Side side, Parts.Ranges ranges, int range, Swap swap, int part) {
        long start = swap.parts.start(part);
        return range < 0
                ? null
                : side.node(ranges.number(range), Slots.class)
                        .at(start, swap.parts.end(part) - start);
    }

    private GraphNode page(int part) {
        PageRange was = cut(before, pagesBefore, pages.before(part), part);
        PageRange is = cut(after, pagesAfter, pages.after(part), part);
        if (was != null && is != null) {
            // What one side does not know does not differ.
            was = was.frames() == null ? withFrames(was, is.frames()) : was;
            is = is.frames() == null ? withFrames(is, was.frames()) : is;
        }
        return MergedGraph.merged(was, is);
    }

    private static PageRange withFrames(PageRange of, GraphNode.@Nullable Frames frames) {
        return new PageRange(of.pa(), of.pages(), of.pageShift(), of.kind(), frames);
    }

    /** The part of a range; what is known of the whole only in sum is not known of its part. */
    private @Nullable PageRange cut(Side side, Parts.Ranges ranges, int place, int part) {
        if (place < 0) {
            return null;
        }
        PageRange whole = side.node(ranges.number(place), PageRange.class);
        long start = pages.start(part);
        long count = (pages.end(part) - start) >>> pageShift;
        GraphNode.Frames frames = whole.frames();
        if (frames != null && count != whole.pages()) {
            frames =
                    frames.frame().equals(MIXED)
                            ? null
                            : new GraphNode.Frames(
                                    frames.frame(), Map.of(), frames.mapcount(), null, null);
        }
        return new PageRange(start, count, pageShift, whole.kind(), frames);
    }
}
