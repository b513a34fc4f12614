package dev.tablewalk.ingest;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.arch.TableLimits;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.kernel.SwapTypes;
import dev.tablewalk.ingest.memory.PhysicalRange;
import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.pagetable.Partition;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The graph; nodes and relationships of page tables are made as they are asked for. */
final class TableGraph implements GuestGraph {
    private final GraphNode.Checkpoint checkpoint;
    private final List<GraphNode> head;
    private final List<GraphRelationship> links;
    private final PageTables tables;
    private final FoundTables found;
    private final PageTableFormat format;
    private final MappedRanges ranges;
    private final SwapTypes swapTypes;
    private final List<PhysicalRange> ram;
    private final List<GraphNode.Anomaly> anomalies;
    private final List<GraphNode.Cpu> cpus;
    private final boolean[] device;
    private final GraphNode.@Nullable Frames[] frames;
    private final @Nullable FrameHashes hashes;

    TableGraph(
            GraphNode.Checkpoint checkpoint,
            List<GraphNode> head,
            List<GraphRelationship> links,
            PageTables tables,
            FoundTables found,
            MappedRanges ranges,
            SwapTypes swapTypes,
            List<PhysicalRange> ram,
            @Nullable Frames frames,
            @Nullable FrameHashes hashes,
            List<GraphNode.Anomaly> anomalies,
            List<GraphNode.Cpu> cpus) {
        this.checkpoint = checkpoint;
        this.head = head;
        this.links = links;
        this.tables = tables;
        this.found = found;
        this.format = tables.format();
        this.ranges = ranges;
        this.swapTypes = swapTypes;
        this.ram = ram;
        this.hashes = hashes;
        this.anomalies = anomalies;
        this.cpus = cpus;
        this.device = devices();
        this.frames = new GraphNode.Frames[ranges.pageRanges()];
        for (int part = 0; frames != null && part < this.frames.length; part++) {
            this.frames[part] = frames.of(ranges.pages().start(part), ranges.pages().end(part));
        }
    }

    /** Which ranges some leaf asks to be device memory. */
    private boolean[] devices() {
        boolean[] of = new boolean[ranges.pageRanges()];
        for (int run = 0; run < tables.leafRuns(); run++) {
            if (format.isDevice(tables.leafRaw(run), tables.level(tables.leafTable(run)))) {
                long from = tables.leafPa(run);
                int first = ranges.pages().partAt(from);
                int parts = ranges.pages().partsOf(from, MappedRanges.leafEnd(tables, run));
                Arrays.fill(of, first, first + parts, true);
            }
        }
        return of;
    }

    @Override
    public GraphNode.Checkpoint checkpoint() {
        return checkpoint;
    }

    private int firstTable() {
        return 1 + head.size();
    }

    private int firstRange() {
        return firstTable() + tables.count() + found.others().size();
    }

    private int firstSwapRange() {
        return firstRange() + ranges.pageRanges();
    }

    @Override
    public int nodeCount() {
        return firstSwapRange() + ranges.swapRanges() + anomalies.size() + cpus.size();
    }

    @Override
    public Iterable<GraphNode> nodes() {
        return () ->
                concat(
                        List.of(
                                Stream.of(checkpoint),
                                head.stream(),
                                rows(tables.count(), this::table),
                                found.others().stream(),
                                rows(ranges.pageRanges(), this::pageRange),
                                ranges.swap().stream().flatMap(this::swapRanges),
                                anomalies.stream(),
                                cpus.stream()));
    }

    @Override
    public long relationshipCount() {
        return links.size()
                + tables.pointerCount()
                + ranges.leafRelationships()
                + ranges.swapRelationships();
    }

    @Override
    public Iterable<GraphRelationship> relationships() {
        return () ->
                concat(
                        List.of(
                                links.stream(),
                                rows(tables.pointerCount(), this::pointer),
                                IntStream.range(0, tables.leafRuns()).boxed().flatMap(this::leaves),
                                IntStream.range(0, tables.swapRuns())
                                        .boxed()
                                        .flatMap(this::swapped)));
    }

    @Override
    public @Nullable FrameHashes frameHashes() {
        return hashes;
    }

    /** One after the other, and each element only when it is asked for. */
    private static <T> Iterator<T> concat(List<Stream<? extends T>> parts) {
        Stream<T> all = Stream.empty();
        for (Stream<? extends T> part : parts) {
            all = Stream.concat(all, part);
        }
        return all.iterator();
    }

    private static <T> Stream<T> rows(int count, IntFunction<T> row) {
        return IntStream.range(0, count).mapToObj(row);
    }

    private GraphNode table(int row) {
        return new GraphNode.PageTable(
                tables.pa(row),
                tables.levelName(row),
                tables.va(row),
                tables.tableEntries(row),
                tables.leafEntries(row),
                tables.swapEntries(row),
                found.marked(tables.pa(row)),
                found.frame(tables.pa(row)),
                found.hotplug(row),
                tables.isRoot(row),
                found.foundBy(tables.pa(row), true));
    }

    private GraphNode pageRange(int part) {
        Partition pages = ranges.pages();
        long pa = pages.start(part);
        boolean inRam = ram.stream().anyMatch(r -> pa >= r.pa() && pa < r.end());
        String kind = inRam ? "ram" : device[part] ? "device" : "reserved";
        long count = (pages.end(part) - pa) >>> format.pageShift();
        return new GraphNode.PageRange(pa, count, format.pageShift(), kind, frames[part]);
    }

    private Stream<GraphNode.Slots> swapRanges(MappedRanges.SwapType type) {
        Partition slots = type.slots();
        return rows(
                slots.size(),
                i -> {
                    long start = slots.start(i);
                    long count = slots.end(i) - start;
                    return isSwap(type)
                            ? new GraphNode.SwapRange(type.type(), start, count)
                            : new GraphNode.NonSwapRange(
                                    swapTypes.kind(type.type(), start),
                                    type.type(),
                                    start,
                                    type.marker() ? 0 : count);
                });
    }

    private boolean isSwap(MappedRanges.SwapType type) {
        return !type.marker() && swapTypes.isSwap(type.type());
    }

    private GraphRelationship pointer(int i) {
        int from = tables.pointerFrom(i);
        long raw = tables.pointerRaw(i);
        TableLimits limits = format.limits(raw);
        return new GraphRelationship.TablePointer(
                firstTable() + from,
                firstTable() + tables.pointerTo(i),
                tables.pointerIndex(i),
                tables.entryVa(from, tables.pointerIndex(i)),
                raw,
                limits.readOnly(),
                limits.noUser(),
                limits.userXn(),
                limits.kernelXn());
    }

    /** One relationship for each range that a run maps. */
    private Stream<GraphRelationship> leaves(int run) {
        int table = tables.leafTable(run);
        int level = tables.level(table);
        long raw = tables.leafRaw(run);
        long from = tables.leafPa(run);
        long size = tables.leafSize(run);
        long va = tables.entryVa(table, tables.leafIndex(run));
        Partition pages = ranges.pages();
        int first = pages.partAt(from);
        var attributes = format.attributes(raw, level);
        return rows(
                pages.partsOf(from, MappedRanges.leafEnd(tables, run)),
                i -> {
                    long start = pages.start(first + i);
                    long end = pages.end(first + i);
                    long firstEntry = (start - from) / size;
                    long lastEntry = (end - 1 - from) / size;
                    return new GraphRelationship.LeafMapping(
                            firstTable() + table,
                            firstRange() + first + i,
                            (int) (tables.leafIndex(run) + firstEntry),
                            (int) (lastEntry - firstEntry + 1),
                            va + (start - from),
                            (end - start) >>> format.pageShift(),
                            size,
                            format.withAddress(raw, level, from + firstEntry * size),
                            attributes);
                });
    }

    private Stream<GraphRelationship> swapped(int run) {
        int table = tables.swapTable(run);
        long raw = tables.swapRaw(run);
        MappedRanges.SwapType type = ranges.swapType(tables, run);
        long from = MappedRanges.swapStart(tables, run);
        long perEntry = MappedRanges.swapPages(tables, run);
        int first = type.slots().partAt(from);
        return LongStream.range(0, type.slots().partsOf(from, MappedRanges.swapEnd(tables, run)))
                .mapToObj(
                        i -> {
                            int part = first + (int) i;
                            long start = type.slots().start(part);
                            int index = (int) (tables.swapIndex(run) + (start - from) / perEntry);
                            return new GraphRelationship.SwapMapping(
                                    firstTable() + table,
                                    firstSwapRange() + type.first() + part,
                                    index,
                                    tables.entryVa(table, index),
                                    type.marker()
                                            ? tables.swapEntriesOf(run) * perEntry
                                            : type.slots().end(part) - start,
                                    perEntry << format.pageShift(),
                                    format.withSwapOffset(raw, start),
                                    isSwap(type));
                        });
    }
}
