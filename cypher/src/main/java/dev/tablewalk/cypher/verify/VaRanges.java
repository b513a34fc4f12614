package dev.tablewalk.cypher.verify;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Ranges of virtual addresses that do not overlap, by start. */
final class VaRanges {
    private final NavigableMap<Long, Long> ends = new TreeMap<>(Long::compareUnsigned);

    /**
     * @param end virtual address behind the last byte
     */
    void add(long start, long end) {
        ends.put(start, end);
    }

    boolean contain(long va) {
        Map.Entry<Long, Long> range = ends.floorEntry(va);
        return range != null && Long.compareUnsigned(va, range.getValue()) < 0;
    }
}
