package dev.tablewalk.cypher.picture;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each frame of RAM is in a picture that has a cell for each: row by row, from the lowest
 * address on. Each range of RAM begins a row. A cell's number counts from the picture's first.
 */
public final class FrameGrid {
    private static final int NARROWEST = 64;
    private static final int WIDEST = 1 << 14;

    /**
     * A range of RAM.
     *
     * @param pa of its first byte
     * @param pages frames
     * @param firstRow of the picture
     */
    public record Strip(long pa, long pages, long firstRow) {}

    private final long pageSize;
    private final int width;
    private final long height;
    private final List<Strip> strips;

    FrameGrid(List<FrameMap.Ram> ram, long pageSize) {
        this.pageSize = pageSize;
        long frames = ram.stream().mapToLong(FrameMap.Ram::pages).sum();
        int wide = NARROWEST;
        while (wide < WIDEST && (long) wide * wide < 2 * frames) {
            wide *= 2;
        }
        width = wide;
        List<Strip> all = new ArrayList<>();
        long row = 0;
        for (FrameMap.Ram range : ram) {
            all.add(new Strip(range.pa(), range.pages(), row));
            row += Math.ceilDiv(range.pages(), width);
        }
        strips = List.copyOf(all);
        height = row;
    }

    public long pageSize() {
        return pageSize;
    }

    /** Cells in a row: a power of two. */
    public int width() {
        return width;
    }

    /** Rows. */
    public long height() {
        return height;
    }

    /** The ranges of RAM, by ascending address. */
    public List<Strip> strips() {
        return strips;
    }

    /** The number of a strip's first cell. */
    long firstCell(Strip strip) {
        return strip.firstRow() * width;
    }
}
