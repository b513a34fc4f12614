package dev.tablewalk.ingest.frame;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.memory.FrameIndex;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every frame of RAM and what {@code struct page} says of it. Five bytes a frame; reads are safe
 * from several threads once it is filled.
 */
public final class Frames {
    /** Stands for a number of mappings that is not known. */
    static final int UNKNOWN = -1;

    private static final FrameKind[] KINDS = FrameKind.values();

    private final FrameIndex index;
    private final long vmemmap;

    /** Frames; so many {@code struct page}s are on more pages than a dump misses by chance. */
    private static final int BLOCK = 512;

    private final byte[] kinds;

    /** Of each block of frames, whether any is known; made when it is asked for. */
    private volatile @Nullable BitSet blocks;

    private final int[] mapcounts;
    private long[] hugeZero = {};

    /**
     * @param vmemmap kernel virtual address of {@code struct page} of PFN 0, were there one
     */
    Frames(FrameIndex index, long vmemmap) {
        this.index = index;
        this.vmemmap = vmemmap;
        kinds = new byte[index.count()];
        mapcounts = new int[kinds.length];
        Arrays.fill(mapcounts, UNKNOWN);
    }

    /** Kernel virtual address of {@code struct page} of PFN 0, were there one. */
    public long vmemmap() {
        return vmemmap;
    }

    FrameIndex index() {
        return index;
    }

    void set(int row, FrameKind kind, int mapcount) {
        kinds[row] = (byte) kind.code();
        mapcounts[row] = mapcount;
    }

    /** Makes a block of frames the huge page of zeroes. */
    void setHugeZero(long pa, long end) {
        for (long at = pa; at < end; at += 1L << index.pageShift()) {
            set(index.row(at), FrameKind.HUGE_ZERO, UNKNOWN);
        }
        hugeZero = new long[] {pa, end};
    }

    /**
     * First byte of the huge page of zeroes and the one behind its last; empty if none is known.
     */
    public long[] hugeZero() {
        return hugeZero.clone();
    }

    FrameKind kindAt(int row) {
        return FrameKind.of(kinds[row]);
    }

    /** What the frame that holds this byte is used for. */
    public FrameKind kind(long pa) {
        int row = index.row(pa);
        return row < 0 ? FrameKind.UNKNOWN : kindAt(row);
    }

    /**
     * Whether the kernel has this memory, as far as can be told: of some frame of the same block of
     * {@value #BLOCK} there is a {@code struct page}.
     */
    public boolean isKernels(long pa) {
        BitSet known = blocks;
        if (known == null) {
            known = new BitSet();
            for (int row = 0; row < kinds.length; row++) {
                if (kinds[row] != FrameKind.UNKNOWN.code()) {
                    known.set(row / BLOCK);
                }
            }
            blocks = known;
        }
        int row = index.row(pa);
        return row >= 0 && known.get(row / BLOCK);
    }

    /** Frames of each kind, none left out. */
    public Map<FrameKind, Long> counts() {
        long[] counts = new long[KINDS.length];
        for (byte kind : kinds) {
            counts[kind]++;
        }
        Map<FrameKind, Long> map = new LinkedHashMap<>();
        for (FrameKind kind : KINDS) {
            map.put(kind, counts[kind.code()]);
        }
        return map;
    }

    /** Receives the physical address of a frame. */
    public interface FrameVisitor {
        void frame(long pa);
    }

    /** Visits every frame of a kind, by ascending address. */
    public void forEach(FrameKind kind, FrameVisitor visitor) {
        for (int row = 0; row < kinds.length; row++) {
            if (kinds[row] == kind.code()) {
                visitor.frame(index.pa(row));
            }
        }
    }

    /**
     * Sums up a range of RAM.
     *
     * @param pa physical address of its first byte
     * @param end physical address behind its last byte
     * @return null if nothing is known of any of its frames
     */
    public GraphNode.@Nullable Frames of(long pa, long end) {
        int from = index.row(pa);
        if (from < 0) {
            return null;
        }
        int to = (int) Math.min(kinds.length, from + ((end - pa) >>> index.pageShift()));
        long[] counts = new long[KINDS.length];
        boolean same = true;
        long mapped = 0;
        int least = Integer.MAX_VALUE;
        int most = UNKNOWN;
        for (int row = from; row < to; row++) {
            counts[kinds[row]]++;
            same &= mapcounts[row] == mapcounts[from];
            mapped += mapcounts[row] > 0 ? 1 : 0;
            least = mapcounts[row] == UNKNOWN ? least : Math.min(least, mapcounts[row]);
            most = Math.max(most, mapcounts[row]);
        }
        if (counts[FrameKind.UNKNOWN.code()] == to - from) {
            return null;
        }
        Long mapcount = same && mapcounts[from] != UNKNOWN ? (long) mapcounts[from] : null;
        Long mappedFrames = same || mapped == 0 ? null : mapped;
        GraphNode.Frames.Mapcounts differing =
                same || most == UNKNOWN ? null : new GraphNode.Frames.Mapcounts(least, most);
        if (counts[kinds[from]] == to - from) {
            return new GraphNode.Frames(
                    kindAt(from).text(), Map.of(), mapcount, mappedFrames, differing);
        }
        Map<String, Long> pages = new LinkedHashMap<>();
        for (FrameKind kind : KINDS) {
            if (counts[kind.code()] > 0) {
                pages.put(kind.text(), counts[kind.code()]);
            }
        }
        return new GraphNode.Frames("mixed", pages, mapcount, mappedFrames, differing);
    }
}
