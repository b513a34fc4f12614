package dev.tablewalk.cypher.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class KernelShiftTest {
    private static final long VMALLOC = 0xffff_8000_8000_0000L;
    private static final long IMAGE = VMALLOC + 0x1000_0000L;

    private static Side side(long linear, long image) {
        return Guests.guest()
                .region("linear", linear, linear + 0x4000_0000L)
                .region("vmalloc", VMALLOC, VMALLOC + 0x8000_0000L)
                .region("image", image, image + 0x100_0000L)
                .region("last", -4096, 0)
                .side();
    }

    private static final KernelShift SHIFT =
            new KernelShift(
                    side(0xffff_0000_0000_0000L, IMAGE),
                    side(0xffff_0000_4000_0000L, IMAGE + 0x20_0000L));

    @Test
    void eachRegionMovesAsAWhole() {
        assertEquals(0xffff_0000_4000_0000L, SHIFT.of(0xffff_0000_0000_0000L));
        assertEquals(0xffff_0000_7fff_ffffL, SHIFT.of(0xffff_0000_3fff_ffffL));
        assertEquals(0xffff_0000_4000_0000L, SHIFT.of(0xffff_0000_4000_0000L), "behind its end");
    }

    @Test
    void theInnermostCounts() {
        assertEquals(IMAGE + 0x20_0000L, SHIFT.of(IMAGE));
        assertEquals(IMAGE + 0x100_0000L, SHIFT.of(IMAGE + 0x100_0000L), "vmalloc's again");
        assertEquals(VMALLOC, SHIFT.of(VMALLOC));
    }

    @Test
    void otherAddressesStay() {
        assertEquals(0x40_0000L, SHIFT.of(0x40_0000L));
        long nowhere = 0xfffe_0000_0000_0000L;
        assertEquals(nowhere, SHIFT.of(nowhere));
    }

    @Test
    void aRegionOfOneSideAloneStays() {
        KernelShift shift = new KernelShift(side(0xffff_0000_0000_0000L, IMAGE), noRegions());
        assertEquals(IMAGE, shift.of(IMAGE));
    }

    private static Side noRegions() {
        return Guests.guest().side();
    }

    @Test
    void aRegionMayHoldTheLastByte() {
        Side side = side(0xffff_0000_0000_0000L, IMAGE);
        var last = KernelShift.innermost(side.regions(), -1);
        assertNotNull(last);
        assertEquals("last", last.name());
        assertNull(KernelShift.innermost(side.regions(), 0));
        assertNull(KernelShift.innermost(side.regions(), -4097));
    }
}
