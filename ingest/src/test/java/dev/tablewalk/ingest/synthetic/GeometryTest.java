package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeometryTest {
    @ParameterizedTest
    @CsvSource({
        "12, 39, false, 3, 4096, 0x8000000000",
        "12, 48, false, 4, 4096, 0x1000000000000",
        "12, 52, true, 5, 128, 0x10000000000000",
        "14, 36, false, 2, 16384, 0x1000000000",
        "14, 47, false, 3, 16384, 0x800000000000",
        "14, 48, false, 4, 16, 0x1000000000000",
        "14, 52, true, 4, 256, 0x10000000000000",
        "16, 42, false, 2, 65536, 0x40000000000",
        "16, 48, false, 3, 512, 0x1000000000000",
        "16, 52, false, 3, 8192, 0x10000000000000",
    })
    void levelsAndRoots(
            int pageShift, int vaBits, boolean lpa2, int levels, int pgdSize, String span) {
        Arm64Geometry geometry = Geometry.arm64(pageShift, vaBits, lpa2);
        assertEquals(levels, geometry.levels());
        assertEquals(pgdSize, geometry.pgdSize());
        int root = geometry.rootLevel();
        assertEquals(
                Long.decode(span), geometry.entries(root) * geometry.entrySize(root), "covered");
        assertEquals("PGD", geometry.levelName(root));
        assertEquals("PTE", geometry.levelName(3));
    }

    @Test
    void namesOfFiveLevels() {
        Arm64Geometry geometry = Geometry.arm64(12, 52, true);
        assertEquals(-1, geometry.rootLevel());
        assertEquals("P4D", geometry.levelName(0));
        assertEquals("PUD", geometry.levelName(1));
        assertEquals("PMD", geometry.levelName(2));
    }

    @Test
    void addressesThatRealKernelsPrint() {
        // Read off VMCOREINFO of real guests.
        Arm64Geometry lpa2 = Geometry.arm64(12, 52, true);
        assertEquals(0xffff800080000000L, lpa2.kimageVaddr());
        assertEquals(0xffffc1ffc0000000L, lpa2.vmemmapStart());
        assertEquals(0x40000000L, lpa2.physOffset(0x40000000L));
        Arm64Geometry lpa2With16K = Geometry.arm64(14, 52, true);
        assertEquals(0xffffc00080000000L, lpa2With16K.kimageVaddr());
        assertEquals(0xfffff03fc0000000L, lpa2With16K.vmemmapStart());
        Arm64Geometry without = Geometry.arm64(12, 48, false).configuredFor(52);
        assertEquals(4, without.levels());
        assertEquals(0xfff1000040000000L, without.physOffset(0x40000000L));
    }

    @Test
    void rootOfLargePagesStaysAsConfigured() {
        Arm64Geometry geometry = Geometry.arm64(16, 48, false).configuredFor(52);
        assertEquals(3, geometry.levels());
        assertEquals(1024, geometry.entries(geometry.rootLevel()));
    }

    @Test
    void refusesWhatNoKernelHas() {
        assertThrows(IllegalArgumentException.class, () -> Geometry.arm64(12, 52, false));
        assertThrows(IllegalArgumentException.class, () -> Geometry.arm64(16, 48, true));
        assertThrows(IllegalArgumentException.class, () -> Geometry.arm64(13, 48, false));
    }
}
