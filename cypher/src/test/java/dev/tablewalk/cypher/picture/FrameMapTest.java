package dev.tablewalk.cypher.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.picture.FrameMap.Cell;
import dev.tablewalk.cypher.picture.FrameMap.Ram;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FrameMapTest {
    private static final long PAGE = 4096;
    private static final long BASE = 0x4000_0000L;

    private static FrameMap map(long pages) {
        return new FrameMap(List.of(new Ram(BASE, pages)), PAGE);
    }

    @Test
    void aSmallGuestHasACellAFrame() {
        FrameMap map = map(2048);
        assertEquals(64, map.width());
        assertEquals(32, map.height());
        assertEquals(PAGE, map.bytesPerCell());
        map.add(BASE + 65 * PAGE, 2, Map.of(FrameKind.ANON, 2L));
        assertEquals(Optional.of(FrameKind.UNMAPPED), map.at(0, 1));
        assertEquals(Optional.of(FrameKind.ANON), map.at(1, 1));
        assertEquals(Optional.of(FrameKind.ANON), map.at(2, 1));
        assertEquals(Optional.of(FrameKind.UNMAPPED), map.at(3, 1));
        assertEquals(Map.of(FrameKind.UNMAPPED, 2046L, FrameKind.ANON, 2L), map.pages());
        assertEquals(BASE + 64 * PAGE, map.addressOf(1));
    }

    @Test
    void aLargeGuestIsBoundedAndACellIsWhatMostOfItIs() {
        FrameMap map = map((64L << 30) / PAGE);
        assertTrue(map.width() * map.height() <= FrameMap.MOST_CELLS);
        assertEquals(64 * PAGE, map.bytesPerCell());
        map.add(BASE, 40, Map.of(FrameKind.SLAB, 40L));
        map.add(BASE + 40 * PAGE, 24, Map.of(FrameKind.ANON, 24L));
        map.add(BASE + 64 * PAGE, 20, Map.of(FrameKind.ANON, 20L));
        assertEquals(Optional.of(FrameKind.SLAB), map.at(0, 0));
        assertEquals(Optional.of(FrameKind.UNMAPPED), map.at(1, 0));
    }

    @Test
    void aRangeOfRamBeginsARow() {
        FrameMap map = new FrameMap(List.of(new Ram(BASE, 40), new Ram(BASE << 2, 8)), PAGE);
        assertEquals(32, map.width());
        assertEquals(3, map.height());
        assertEquals(Optional.of(FrameKind.UNMAPPED), map.at(7, 1));
        assertEquals(Optional.empty(), map.at(8, 1), "behind the first range");
        assertEquals(Optional.of(new Cell(7, 2)), map.cellOf((BASE << 2) + 7 * PAGE + 5));
        assertEquals(Optional.empty(), map.cellOf(BASE + 40 * PAGE));
        assertEquals(Optional.empty(), map.cellOf(-1));
        assertEquals(BASE << 2, map.addressOf(2));
        map.add(BASE - PAGE, 60, Map.of(FrameKind.FILE, 60L));
        assertEquals(Map.of(FrameKind.UNMAPPED, 8L, FrameKind.FILE, 40L), map.pages());
    }

    @Test
    void kindsWithoutAPlaceAreStrewnInProportion() {
        FrameMap map = map(4096);
        map.add(BASE, 4096, Map.of(FrameKind.SLAB, 1024L, FrameKind.BUDDY, 3072L));
        int slab = 0;
        int longest = 0;
        int alike = 0;
        for (int cell = 0; cell < 4096; cell++) {
            boolean isSlab =
                    map.at(cell % map.width(), cell / map.width())
                            .equals(Optional.of(FrameKind.SLAB));
            slab += isSlab ? 1 : 0;
            alike = isSlab ? 0 : alike + 1;
            longest = Math.max(longest, alike);
        }
        assertEquals(1024, slab, 10);
        assertTrue(longest < 10, "evenly");
        assertTrue(map.isStrewn());
        assertEquals(Map.of(FrameKind.SLAB, 1024L, FrameKind.BUDDY, 3072L), map.pages());
    }

    @Test
    void aTableIsNoLongerWhatItWas() {
        FrameMap map = map(64);
        map.add(BASE, 2, Map.of(FrameKind.KERNEL, 2L));
        map.retag(BASE + PAGE, FrameKind.KERNEL);
        assertEquals(Optional.of(FrameKind.TABLE), map.at(1, 0));
        assertEquals(
                Map.of(FrameKind.UNMAPPED, 62L, FrameKind.KERNEL, 1L, FrameKind.TABLE, 1L),
                map.pages());
    }

    @Test
    void noRamIsNoPicture() {
        FrameMap map = new FrameMap(List.of(), PAGE);
        assertEquals(0, map.height());
        assertEquals(Optional.empty(), map.at(0, 0));
        assertEquals(Map.of(), map.pages());
    }

    @Test
    void ramIsReadAsTheCheckpointHasIt() {
        assertEquals(
                List.of(new Ram(0x40000000L, 0x80000), new Ram(0x1_0000_0000L, 1)),
                FrameReader.ram("0x40000000:0x80000000@0x0, 0x100000000:0x1000@0x80000000", PAGE));
        assertEquals( // of a format that says itself where its bytes are
                List.of(new Ram(0x4000_0000L, 0x8_0000), new Ram(0x1_0000_0000L, 1)),
                FrameReader.ram("0x40000000:0x80000000,0x100000000:0x1000", PAGE));
        assertEquals(List.of(), FrameReader.ram("null", PAGE));
    }
}
