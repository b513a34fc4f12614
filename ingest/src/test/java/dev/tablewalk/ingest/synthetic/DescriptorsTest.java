package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Descriptors against values worked out by hand from Arm ARM D8.3 and seen in real guests. */
class DescriptorsTest {
    private static final Geometry G4K = Geometry.arm64(12, 48, false);
    private static final Geometry G4K_LPA2 = Geometry.arm64(12, 52, true);
    private static final Geometry G16K = Geometry.arm64(14, 47, false);
    private static final Geometry G64K = Geometry.arm64(16, 52, false);

    private static long leaf(Geometry geometry, int level, long pa, KernelEra era, LeafFlag... f) {
        EnumSet<LeafFlag> flags = EnumSet.noneOf(LeafFlag.class);
        flags.addAll(List.of(f));
        return geometry.descriptors().leaf(level, pa, flags, era);
    }

    @Test
    void pagesOfUserMemory() {
        assertEquals(0x0060_0000_4123_4fc3L, leaf(G4K, 3, 0x4123_4000L, KernelEra.LINUX_6_12));
        assertEquals(
                0x0068_0000_4123_4f43L,
                leaf(G4K, 3, 0x4123_4000L, KernelEra.LINUX_6_12, LeafFlag.WRITABLE));
        assertEquals(
                0x0068_0000_4123_4fc3L,
                leaf(
                        G4K,
                        3,
                        0x4123_4000L,
                        KernelEra.LINUX_6_12,
                        LeafFlag.WRITABLE,
                        LeafFlag.CLEAN));
        assertEquals(
                0x0020_0000_4123_4bc3L,
                leaf(
                        G4K,
                        3,
                        0x4123_4000L,
                        KernelEra.LINUX_6_12,
                        LeafFlag.EXECUTABLE,
                        LeafFlag.OLD));
    }

    @Test
    void blocksHaveBitOneClear() {
        assertEquals(0x0060_0000_4120_0fc1L, leaf(G4K, 2, 0x4120_0000L, KernelEra.LINUX_6_12));
    }

    @Test
    void presentButNotValid() {
        // Both seen in real guests' tables.
        assertEquals(
                0x04e0_0000_462c_6f82L,
                leaf(
                        G4K,
                        3,
                        0x462c_6000L,
                        KernelEra.LINUX_6_1,
                        LeafFlag.PROT_NONE,
                        LeafFlag.DIRTY));
        assertEquals(
                0x00e0_0000_46e0_0f82L,
                leaf(
                        G4K,
                        3,
                        0x46e0_0000L,
                        KernelEra.LINUX_6_12,
                        LeafFlag.PROT_NONE,
                        LeafFlag.DIRTY));
    }

    @Test
    void lpa2PutsTheHighestAddressBitsWhereShareabilityWas() {
        assertEquals(
                0x0063_8000_0000_1000L | 0x4c3L | 0x800L | 0x200L,
                leaf(G4K_LPA2, 3, 0x000b_8000_0000_1000L, KernelEra.LINUX_6_12));
        assertEquals(
                0x300L | 0x3L | 1L << 59,
                G4K_LPA2.descriptors().table(0x000c_0000_0000_0000L, false));
    }

    @Test
    void largePagesPutTheHighestAddressBitsAtTwelve() {
        assertEquals(
                0x0060_8000_0001_0000L | 0xfc3L | 0x5000L,
                leaf(G64K, 3, 0x0005_8000_0001_0000L, KernelEra.LINUX_6_12));
    }

    @Test
    void memoryTypes() {
        assertEquals(
                0x0160_0000_0900_0fd3L,
                leaf(
                        G4K,
                        3,
                        0x0900_0000L,
                        KernelEra.LINUX_6_12,
                        LeafFlag.DEVICE,
                        LeafFlag.SPECIAL));
        assertEquals(
                0x0070_0000_4000_0fcbL,
                leaf(
                        G16K,
                        3,
                        0x4000_0000L,
                        KernelEra.LINUX_6_12,
                        LeafFlag.NON_CACHEABLE,
                        LeafFlag.CONTIGUOUS));
    }

    @Test
    void kernelMemory() {
        assertEquals(
                0x00f8_0000_4000_0703L,
                leaf(
                        G4K,
                        3,
                        0x4000_0000L,
                        KernelEra.LINUX_6_12,
                        LeafFlag.KERNEL,
                        LeafFlag.GLOBAL,
                        LeafFlag.WRITABLE,
                        LeafFlag.DIRTY,
                        LeafFlag.CONTIGUOUS));
        assertEquals(
                0x0040_0000_4000_0783L,
                leaf(
                        G4K,
                        3,
                        0x4000_0000L,
                        KernelEra.LINUX_6_12,
                        LeafFlag.KERNEL,
                        LeafFlag.GLOBAL,
                        LeafFlag.KERNEL_EXECUTABLE));
    }

    @Test
    void tablesLimitWhatIsBelow() {
        assertEquals(0x0800_0000_4567_8003L, G4K.descriptors().table(0x4567_8000L, false));
        assertEquals(0x1000_0000_4567_8003L, G4K.descriptors().table(0x4567_8000L, true));
    }

    @Test
    void swapEntries() {
        assertEquals(0x1234_04L, SwapLayout.TYPE_2_OFFSET_8.encode(1, 0x1234));
        assertEquals(0x1234_08L, SwapLayout.TYPE_3_OFFSET_8.encode(1, 0x1234));
        assertEquals(0x1234_0c0L, SwapLayout.TYPE_6_OFFSET_12.encode(3, 0x1234));
        assertEquals(0x17c0L, SwapLayout.TYPE_6_OFFSET_12.encode(31, 1));
        assertThrows(
                IllegalArgumentException.class, () -> SwapLayout.TYPE_3_OFFSET_8.encode(32, 1));
    }
}
