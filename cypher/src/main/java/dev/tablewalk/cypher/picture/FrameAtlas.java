package dev.tablewalk.cypher.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One layer of a picture of physical memory that has a cell for each frame, cut into tiles at every
 * scale. It holds runs of frames and not frames, so what it takes follows what is mapped.
 *
 * <p>A cell's value is 0 where there is no RAM, {@link #PLAIN} where nothing is known of a frame,
 * else as the {@link #legend} tells.
 */
public final class FrameAtlas {
    /** Cells of a tile in each direction. */
    public static final int TILE = 256;

    /** The value of a frame of which nothing is known. */
    public static final int PLAIN = 1;

    static final int MOST_VALUES = 32;

    /**
     * One value.
     *
     * @param name of it, in words
     * @param pages frames that have it
     */
    public record Entry(int value, String name, long pages) {}

    /**
     * Cells of one value, or of several values of which it is not known which is where.
     *
     * @param from number of the first cell
     * @param to number behind the last
     */
    record Run(long from, long to, int value, Map<FrameKind, Long> mixture) {
        Run(long from, long to, int value) {
            this(from, to, value, Map.of());
        }
    }

    private final FrameGrid grid;
    private final List<Run> runs;
    private final List<Entry> legend;
    private final String cypher;

    /**
     * @param runs disjoint
     * @param cypher what the runs were read with
     */
    FrameAtlas(FrameGrid grid, List<Run> runs, List<Entry> legend, String cypher) {
        this.grid = grid;
        this.runs = new ArrayList<>(runs);
        this.runs.sort(Comparator.comparingLong(Run::from));
        this.legend = List.copyOf(legend);
        this.cypher = cypher;
    }

    public FrameGrid grid() {
        return grid;
    }

    /** What the values mean, of those that there are any of. */
    public List<Entry> legend() {
        return legend;
    }

    /** The question that it was read with. */
    public String cypher() {
        return cypher;
    }

    /** Whether there are frames of which it is not known which is which: they are strewn. */
    public boolean isStrewn() {
        return runs.stream().anyMatch(run -> !run.mixture().isEmpty());
    }

    /**
     * A tile: {@value #TILE} times {@value #TILE} cells, row by row, a byte each. At scale {@code
     * s} a cell stands for {@code 2^s} times {@code 2^s} frames, and has their most frequent value.
     * Costs a step for each run and for each row of frames in it.
     *
     * @param x of the tile, counted in tiles
     * @param y of the tile, counted in tiles
     */
    public byte[] tile(int scale, long x, long y) {
        byte[] tile = new byte[TILE * TILE];
        int[] counts = new int[TILE * MOST_VALUES];
        for (int row = 0; row < TILE; row++) {
            long top = (y * TILE + row) << scale;
            if (top >= grid.height()) {
                break;
            }
            Arrays.fill(counts, 0);
            long bottom = Math.min(grid.height(), top + (1L << scale));
            for (long line = top; line < bottom; line++) {
                count(line, (x * TILE) << scale, scale, counts);
            }
            for (int column = 0; column < TILE; column++) {
                tile[row * TILE + column] = (byte) most(counts, column * MOST_VALUES);
            }
        }
        return tile;
    }

    /** Counts one row of frames, from a column on. */
    private void count(long line, long left, int scale, int[] counts) {
        FrameGrid.Strip strip = grid.strips().getFirst();
        for (FrameGrid.Strip one : grid.strips()) {
            strip = one.firstRow() <= line ? one : strip;
        }
        long begin = line * grid.width();
        long from = begin + left;
        long last = Math.min(begin + grid.width(), grid.firstCell(strip) + strip.pages());
        long to = Math.min(from + ((long) TILE << scale), last);
        if (from >= to) {
            return;
        }
        spread(from, to, from, scale, PLAIN, counts, 1);
        for (int i = first(from); i < runs.size() && runs.get(i).from() < to; i++) {
            Run run = runs.get(i);
            long begins = Math.max(run.from(), from);
            long ends = Math.min(run.to(), to);
            if (run.mixture().isEmpty()) {
                spread(begins, ends, from, scale, run.value(), counts, 1);
            } else {
                strew(begins, ends, from, scale, run.mixture(), counts);
            }
            spread(begins, ends, from, scale, PLAIN, counts, -1);
        }
    }

    /** The first run that ends behind a cell. */
    private int first(long cell) {
        int low = 0;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runs.get(middle).to() > cell) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static void spread(
            long from, long to, long left, int scale, int value, int[] counts, int sign) {
        for (long cell = from; cell < to; ) {
            int column = (int) ((cell - left) >>> scale);
            long next = Math.min(to, left + ((column + 1L) << scale));
            counts[column * MOST_VALUES + value] += sign * (int) (next - cell);
            cell = next;
        }
    }

    private static void strew(
            long from, long to, long left, int scale, Map<FrameKind, Long> mixture, int[] counts) {
        for (long cell = from; cell < to; ) {
            int column = (int) ((cell - left) >>> scale);
            long next = Math.min(to, left + ((column + 1L) << scale));
            int value = FrameLayers.value(FrameMap.chosen(mixture, cell >>> scale));
            counts[column * MOST_VALUES + value] += (int) (next - cell);
            cell = next;
        }
    }

    /** Of values with as many frames the later one. */
    private static int most(int[] counts, int at) {
        int most = 0;
        int number = 0;
        for (int value = PLAIN; value < MOST_VALUES; value++) {
            if (counts[at + value] > 0 && counts[at + value] >= number) {
                most = value;
                number = counts[at + value];
            }
        }
        return most;
    }
}
