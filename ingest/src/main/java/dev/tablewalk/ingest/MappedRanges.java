package dev.tablewalk.ingest;

import dev.tablewalk.ingest.pagetable.PageTables;
import dev.tablewalk.ingest.pagetable.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What leaves map and swap entries refer to, cut into the ranges that become nodes. */
final class MappedRanges {
    private final Partition pages;
    private final List<SwapType> swap;
    private final int swapRanges;
    private final long leafRelationships;
    private final long swapRelationships;

    /**
     * What entries of the form of swap entries refer to, of one type.
     *
     * @param marker whether these are the kernel's markers, whose offset is no place
     * @param first number of its first range among all swap ranges
     */
    record SwapType(int type, boolean marker, int first, Partition slots) {}

    private MappedRanges(PageTables tables, Partition pages, List<SwapType> swap) {
        this.pages = pages;
        this.swap = swap;
        this.swapRanges = swap.stream().mapToInt(s -> s.slots().size()).sum();
        this.leafRelationships =
                IntStream.range(0, tables.leafRuns())
                        .mapToLong(run -> pages.partsOf(tables.leafPa(run), leafEnd(tables, run)))
                        .sum();
        this.swapRelationships =
                IntStream.range(0, tables.swapRuns())
                        .mapToLong(
                                run ->
                                        swapType(tables, run)
                                                .slots()
                                                .partsOf(
                                                        swapStart(tables, run),
                                                        swapEnd(tables, run)))
                        .sum();
    }

    /**
     * Cuts.
     *
     * @param others physical addresses where to cut besides
     */
    static MappedRanges of(PageTables tables, long[] ramStarts, long[] ramEnds, long[] others) {
        int leaves = tables.leafRuns();
        long[] from = IntStream.range(0, leaves).mapToLong(tables::leafPa).toArray();
        long[] to = IntStream.range(0, leaves).mapToLong(run -> leafEnd(tables, run)).toArray();
        long[] edges =
                Stream.of(ramStarts, ramEnds, others).flatMapToLong(LongStream::of).toArray();
        Partition pages = Partition.of(from, to, edges);

        TreeMap<Integer, List<Integer>> runsByType = new TreeMap<>();
        TreeMap<Integer, List<Integer>> runsOfMarkers = new TreeMap<>();
        for (int run = 0; run < tables.swapRuns(); run++) {
            (isMarker(tables, run) ? runsOfMarkers : runsByType)
                    .computeIfAbsent(swapTypeOf(tables, run), t -> new ArrayList<>())
                    .add(run);
        }
        List<SwapType> swap = new ArrayList<>();
        addAll(swap, tables, runsByType, false);
        addAll(swap, tables, runsOfMarkers, true);
        return new MappedRanges(tables, pages, swap);
    }

    private static void addAll(
            List<SwapType> to,
            PageTables tables,
            SortedMap<Integer, List<Integer>> runsByType,
            boolean markers) {
        int first = to.stream().mapToInt(each -> each.slots().size()).sum();
        for (var entry : runsByType.entrySet()) {
            List<Integer> runs = entry.getValue();
            Partition slots =
                    Partition.of(
                            runs.stream().mapToLong(run -> swapStart(tables, run)).toArray(),
                            runs.stream().mapToLong(run -> swapEnd(tables, run)).toArray(),
                            new long[0]);
            to.add(new SwapType(entry.getKey(), markers, first, slots));
            first += slots.size();
        }
    }

    static boolean isMarker(PageTables tables, int run) {
        return tables.format().isMarker(tables.swapRaw(run));
    }

    static long leafEnd(PageTables tables, int run) {
        return tables.leafPa(run) + tables.leafEntriesOf(run) * tables.leafSize(run);
    }

    static int swapTypeOf(PageTables tables, int run) {
        return tables.format().swapType(tables.swapRaw(run));
    }

    static long swapStart(PageTables tables, int run) {
        return tables.format().swapOffset(tables.swapRaw(run));
    }

    /** Slots that one entry of the run stands for. */
    static long swapPages(PageTables tables, int run) {
        int shift = tables.format().shift(tables.level(tables.swapTable(run)));
        return 1L << (shift - tables.format().pageShift());
    }

    /** Behind the last slot; all markers of a run have the same offset. */
    static long swapEnd(PageTables tables, int run) {
        return swapStart(tables, run)
                + (isMarker(tables, run) ? 1 : tables.swapEntriesOf(run) * swapPages(tables, run));
    }

    Partition pages() {
        return pages;
    }

    List<SwapType> swap() {
        return swap;
    }

    SwapType swapType(PageTables tables, int run) {
        int type = swapTypeOf(tables, run);
        boolean marker = isMarker(tables, run);
        return swap.stream()
                .filter(each -> each.type() == type && each.marker() == marker)
                .findFirst()
                .orElseThrow();
    }

    int pageRanges() {
        return pages.size();
    }

    int swapRanges() {
        return swapRanges;
    }

    int nodeCount() {
        return pageRanges() + swapRanges;
    }

    long leafRelationships() {
        return leafRelationships;
    }

    long swapRelationships() {
        return swapRelationships;
    }
}
