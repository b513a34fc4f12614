package dev.tablewalk.cypher.picture;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Guest RAM as a grid: row by row, from the lowest address on, each cell a run of frames and their
 * most frequent kind. Each range of RAM begins a row. It takes at most {@value #MOST_CELLS} cells,
 * and one row more for each further range.
 */
public final class FrameMap implements FrameSink {
    static final int MOST_CELLS = 512 * 512;
    private static final int WIDEST = 512;
    private static final int NARROWEST = 32;
    private static final double GOLDEN = 0.6180339887498949;

    /**
     * A range of guest RAM.
     *
     * @param pa of its first byte
     */
    public record Ram(long pa, long pages) {}

    /** Where a cell is. */
    public record Cell(int column, int row) {}

    private record Strip(Ram ram, int firstRow, int rows) {}

    private final long pageSize;
    private final int pagesPerCell;
    private final int width;
    private final int height;
    private boolean strewn;
    private final List<Strip> strips = new ArrayList<>();
    private final Map<FrameKind, int[]> counts = new EnumMap<>(FrameKind.class);
    private final Map<FrameKind, Long> pages = new EnumMap<>(FrameKind.class);

    FrameMap(List<Ram> ram, long pageSize) {
        this.pageSize = pageSize;
        long total = ram.stream().mapToLong(Ram::pages).sum();
        pagesPerCell = pagesPerCell(total);
        width = width(divideUp(total, pagesPerCell));
        int row = 0;
        for (Ram range : ram) {
            int rows = (int) divideUp(divideUp(range.pages(), pagesPerCell), width);
            strips.add(new Strip(range, row, rows));
            row += rows;
        }
        height = row;
        for (FrameKind kind : FrameKind.values()) {
            counts.put(kind, new int[width * height]);
        }
        if (total > 0) {
            pages.put(FrameKind.UNMAPPED, total);
        }
    }

    private static int pagesPerCell(long pages) {
        int each = 1;
        while (divideUp(pages, each) > MOST_CELLS) {
            each *= 2;
        }
        return each;
    }

    /** Twice as wide as high, if that can be. */
    private static int width(long cells) {
        int width = NARROWEST;
        while (width < WIDEST && (long) width * width < 2 * cells) {
            width *= 2;
        }
        return width;
    }

    private static long divideUp(long a, long b) {
        return Math.ceilDiv(a, b);
    }

    void add(long pa, long number, FrameKind kind) {
        add(pa, number, Map.of(kind, number));
    }

    /** Whether there are frames of which it is not known which is which. */
    public boolean isStrewn() {
        return strewn;
    }

    /** Kinds of which it is not known where are strewn over their cells, in proportion. */
    @Override
    public void add(long pa, long number, Map<FrameKind, Long> kinds) {
        for (Strip strip : strips) {
            long begin = Math.max(0, Math.floorDiv(pa - strip.ram().pa(), pageSize));
            long end =
                    Math.min(
                            strip.ram().pages(),
                            Math.floorDiv(pa - strip.ram().pa(), pageSize) + number);
            if (begin < end) {
                strewn |= kinds.size() > 1;
                strew(strip, begin, end, kinds);
                kinds.forEach((kind, n) -> count(kind, n * (end - begin) / number));
            }
        }
    }

    private void count(FrameKind kind, long number) {
        pages.merge(kind, number, Long::sum);
        pages.merge(FrameKind.UNMAPPED, -number, Long::sum);
    }

    private void strew(Strip strip, long begin, long end, Map<FrameKind, Long> kinds) {
        for (long page = begin; page < end; ) {
            long cell = page / pagesPerCell;
            long next = Math.min(end, (cell + 1) * pagesPerCell);
            int index = strip.firstRow() * width + (int) cell;
            counts(chosen(kinds, index))[index] += (int) (next - page);
            page = next;
        }
    }

    /** The kind at a place between 0 and 1 that differs from cell to cell and recurs in none. */
    static FrameKind chosen(Map<FrameKind, Long> kinds, long cell) {
        double place = ((cell * GOLDEN) % 1) * kinds.values().stream().mapToLong(n -> n).sum();
        FrameKind last = FrameKind.OTHER;
        for (Map.Entry<FrameKind, Long> kind : kinds.entrySet()) {
            last = kind.getKey();
            place -= kind.getValue();
            if (place < 0) {
                break;
            }
        }
        return last;
    }

    @Override
    public void retag(long pa, FrameKind from) {
        cellOf(pa)
                .ifPresent(
                        cell -> {
                            int index = cell.row() * width + cell.column();
                            if (counts(from)[index] > 0) {
                                counts(from)[index]--;
                                pages.merge(from, -1L, Long::sum);
                            } else {
                                pages.merge(FrameKind.UNMAPPED, -1L, Long::sum);
                            }
                            counts(FrameKind.TABLE)[index]++;
                            pages.merge(FrameKind.TABLE, 1L, Long::sum);
                        });
    }

    /** The most frequent kind of a cell; empty where it is no RAM. */
    public Optional<FrameKind> at(int column, int row) {
        for (Strip strip : strips) {
            long cell = (long) (row - strip.firstRow()) * width + column;
            if (row >= strip.firstRow() && row < strip.firstRow() + strip.rows()) {
                return cell * pagesPerCell < strip.ram().pages()
                        ? Optional.of(most(strip, row * width + column, cell))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private FrameKind most(Strip strip, int index, long cell) {
        FrameKind most = FrameKind.UNMAPPED;
        long number = Math.min(pagesPerCell, strip.ram().pages() - cell * pagesPerCell);
        for (FrameKind kind : FrameKind.values()) {
            number -= counts(kind)[index];
        }
        for (FrameKind kind : FrameKind.values()) {
            int n = counts(kind)[index];
            if (n > 0 && n >= number) {
                most = kind;
                number = n;
            }
        }
        return most;
    }

    private int[] counts(FrameKind kind) {
        return Objects.requireNonNull(counts.get(kind));
    }

    /** The cell that an address lies in; empty if it is no RAM. */
    public Optional<Cell> cellOf(long pa) {
        for (Strip strip : strips) {
            long page = Math.floorDiv(pa - strip.ram().pa(), pageSize);
            if (page >= 0 && page < strip.ram().pages()) {
                long cell = page / pagesPerCell;
                return Optional.of(
                        new Cell((int) (cell % width), strip.firstRow() + (int) (cell / width)));
            }
        }
        return Optional.empty();
    }

    /** Physical address of a row's first byte. */
    public long addressOf(int row) {
        Strip in = strips.getFirst();
        for (Strip strip : strips) {
            in = row >= strip.firstRow() ? strip : in;
        }
        return in.ram().pa() + (long) (row - in.firstRow()) * width * pagesPerCell * pageSize;
    }

    /** How many frames of each kind there are, of those that there are any of. */
    public Map<FrameKind, Long> pages() {
        Map<FrameKind, Long> some = new EnumMap<>(pages);
        some.values().removeIf(n -> n <= 0);
        return some;
    }

    /** Cells in a row. */
    public int width() {
        return width;
    }

    /** Rows; none if no RAM is known. */
    public int height() {
        return height;
    }

    /** Bytes of a cell. */
    public long bytesPerCell() {
        return pagesPerCell * pageSize;
    }

    @Override
    public long pageSize() {
        return pageSize;
    }
}
