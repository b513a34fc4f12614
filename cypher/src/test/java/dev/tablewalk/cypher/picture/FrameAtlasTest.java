package dev.tablewalk.cypher.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.picture.FrameAtlas.Run;
import dev.tablewalk.cypher.picture.FrameMap.Ram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class FrameAtlasTest {
    private static final long PAGE = 4096;
    private static final long BASE = 0x4000_0000L;
    private static final int TILE = FrameAtlas.TILE;

    private static FrameGrid grid(long... pages) {
        List<Ram> ram = new ArrayList<>();
        long pa = BASE;
        for (long n : pages) {
            ram.add(new Ram(pa, n));
            pa += (n + 1000) * PAGE;
        }
        return new FrameGrid(ram, PAGE);
    }

    private static FrameAtlas atlas(FrameGrid grid, List<Run> runs) {
        return new FrameAtlas(grid, runs, List.of(), "");
    }

    @Test
    void rangesOfRamBeginARowAndWhatLiesBehindThemIsEmpty() {
        FrameGrid grid = grid(100, 8);
        assertEquals(64, grid.width());
        assertEquals(3, grid.height());
        byte[] tile = atlas(grid, List.of(new Run(70, 72, 5))).tile(0, 0, 0);
        assertEquals(FrameAtlas.PLAIN, tile[0]);
        assertEquals(5, tile[TILE + 6]);
        assertEquals(5, tile[TILE + 7]);
        assertEquals(FrameAtlas.PLAIN, tile[TILE + 35]);
        assertEquals(0, tile[TILE + 36], "behind the first range");
        assertEquals(FrameAtlas.PLAIN, tile[2 * TILE + 7]);
        assertEquals(0, tile[2 * TILE + 8]);
        assertEquals(0, tile[3 * TILE]);
        assertEquals(0, tile[64], "right of the picture");
    }

    /** Held against a picture that has a byte for each frame. */
    @Property(tries = 60)
    void aTileIsWhatMostOfEachCellIs(@ForAll long seed, @ForAll @IntRange(max = 5) int scale) {
        Random random = new Random(seed);
        FrameGrid grid = grid(1 + random.nextInt(40_000), 1 + random.nextInt(40_000));
        byte[] frames = new byte[(int) (grid.width() * grid.height())];
        List<Run> runs = new ArrayList<>();
        for (FrameGrid.Strip strip : grid.strips()) {
            int first = (int) grid.firstCell(strip);
            Arrays.fill(frames, first, first + (int) strip.pages(), (byte) FrameAtlas.PLAIN);
            for (int at = 0; at < strip.pages(); ) {
                int end = (int) Math.min(strip.pages(), at + 1 + random.nextInt(700));
                int value = 1 + random.nextInt(6);
                if (value > 1) {
                    runs.add(new Run(first + at, first + end, value));
                    Arrays.fill(frames, first + at, first + end, (byte) value);
                }
                at = end;
            }
        }
        Collections.shuffle(runs, random);
        FrameAtlas atlas = atlas(grid, runs);
        for (int y = 0; (long) y * (TILE << scale) < grid.height(); y++) {
            for (int x = 0; x * (TILE << scale) < grid.width(); x++) {
                assertArrayEquals(reduced(frames, grid, scale, x, y), atlas.tile(scale, x, y));
            }
        }
    }

    private static byte[] reduced(byte[] frames, FrameGrid grid, int scale, int x, int y) {
        byte[] tile = new byte[TILE * TILE];
        int side = 1 << scale;
        for (int row = 0; row < TILE; row++) {
            for (int column = 0; column < TILE; column++) {
                int[] counts = new int[8];
                for (int i = 0; i < side * side; i++) {
                    int line = (y * TILE + row) * side + i / side;
                    int cell = (x * TILE + column) * side + i % side;
                    if (line < grid.height() && cell < grid.width()) {
                        counts[frames[line * grid.width() + cell]]++;
                    }
                }
                int most = 0;
                for (int value = 1; value < counts.length; value++) {
                    if (counts[value] > 0 && (most == 0 || counts[value] >= counts[most])) {
                        most = value;
                    }
                }
                tile[row * TILE + column] = (byte) most;
            }
        }
        return tile;
    }

    @Test
    void kindsOfWhichItIsNotKnownWhichIsWhichAreStrewnInProportion() {
        FrameGrid grid = grid(1 << 16);
        Map<FrameKind, Long> mixture = Map.of(FrameKind.SLAB, 3L << 14, FrameKind.FREE, 1L << 14);
        FrameAtlas atlas = atlas(grid, List.of(new Run(0, 1 << 16, 2, mixture)));
        assertTrue(atlas.isStrewn());
        byte[] tile = atlas.tile(0, 0, 0);
        int slab = 0;
        int ram = 0;
        for (byte value : tile) {
            ram += value == 0 ? 0 : 1;
            slab += value == FrameLayers.value(FrameKind.SLAB) ? 1 : 0;
        }
        assertEquals(0.75, slab / (double) ram, 0.01);
    }

    @Test
    void allOfALargeGuestIsOneStepForARowAndARun() {
        FrameGrid grid = grid((64L << 30) / PAGE);
        List<Run> runs = new ArrayList<>();
        for (long cell = 0; cell < 1 << 24; cell += 160) {
            runs.add(new Run(cell, cell + 80, 2 + (int) (cell / 160 % 5)));
        }
        FrameAtlas atlas = atlas(grid, runs);
        int scale = 5;
        assertTrue(grid.width() >> scale <= TILE);
        long begin = System.nanoTime();
        byte[] tile = atlas.tile(scale, 0, 0);
        assertTrue(System.nanoTime() - begin < 3_000_000_000L, "seconds for one tile");
        assertTrue(tile[0] > 0);
    }
}
