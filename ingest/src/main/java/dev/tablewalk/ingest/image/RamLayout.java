package dev.tablewalk.ingest.image;

import dev.tablewalk.ingest.memory.RamRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gathers where a file says that RAM lies. What is said twice counts once: a dump may list the
 * kernel's text apart from the RAM that it lies in.
 */
final class RamLayout {
    /** Ten times what a machine in small pieces has. */
    private static final int MOST_PARTS = 1 << 20;

    /** More than any machine has whose frames can be numbered. */
    static final long MOST_BYTES = 1L << 42;

    private final TreeMap<Long, RamRange> parts = new TreeMap<>();

    /**
     * The same without seams, ends by starts: many ranges may each lie over many others, and each
     * is to cost no more than what it adds.
     */
    private final TreeMap<Long, Long> covered = new TreeMap<>();

    private long bytes;

    /**
     * Adds what of a range is not there yet.
     *
     * @throws DumpDamage if there are too many, or it is no physical address
     */
    void add(long pa, long size, long offset) {
        if (pa < 0 || size < 0 || pa + size < 0) {
            throw new DumpDamage("it puts RAM behind the end of physical memory");
        }
        if (size == 0) {
            return;
        }
        long end = pa + size;
        long start = pa;
        long at = pa;
        Map.Entry<Long, Long> before = covered.floorEntry(pa);
        if (before != null && before.getValue() >= pa) {
            start = before.getKey();
            at = before.getValue();
        }
        while (at < end) {
            Map.Entry<Long, Long> next = covered.ceilingEntry(at);
            long gapEnd = next == null ? end : Math.min(end, next.getKey());
            if (gapEnd > at) {
                put(at, gapEnd - at, offset < 0 ? RamRange.NOT_HELD : offset + (at - pa));
            }
            if (next == null || next.getKey() >= end) {
                at = end;
            } else {
                at = next.getValue();
                covered.remove(next.getKey());
            }
        }
        covered.put(start, at);
    }

    private void put(long pa, long size, long offset) {
        if (parts.size() == MOST_PARTS) {
            throw new DumpDamage("it puts RAM in more than " + MOST_PARTS + " places");
        }
        bytes += size;
        if (bytes > MOST_BYTES) {
            throw new DumpDamage("it has more than " + (MOST_BYTES >> 40) + " TiB of RAM");
        }
        parts.put(pa, new RamRange(pa, size, offset));
    }

    /** By ascending address, those that follow each other in both memory and the file joined. */
    List<RamRange> parts() {
        List<RamRange> joined = new ArrayList<>();
        for (RamRange part : parts.values()) {
            RamRange last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && follows(last, part)) {
                joined.removeLast();
                joined.add(new RamRange(last.pa(), last.size() + part.size(), last.fileOffset()));
            } else {
                joined.add(part);
            }
        }
        return joined;
    }

    private static boolean follows(RamRange last, RamRange part) {
        if (last.end() != part.pa()) {
            return false;
        }
        if (part.fileOffset() < 0 || last.fileOffset() < 0) {
            return part.fileOffset() == last.fileOffset();
        }
        return last.fileOffset() + last.size() == part.fileOffset();
    }
}
