package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Descriptors against values worked out by hand from Intel SDM 4.5.4 and seen in real guests. */
class DescriptorsOfX86Test {
    private static final Descriptors X86 = Geometry.x86(4).descriptors();

    private static long leaf(int level, long pa, LeafFlag... f) {
        EnumSet<LeafFlag> flags = EnumSet.noneOf(LeafFlag.class);
        flags.addAll(List.of(f));
        return X86.leaf(level, pa, flags, KernelEra.LINUX_6_12);
    }

    @Test
    void pagesOfUserMemory() {
        assertEquals(0x1f15_7025L, leaf(3, 0x1f15_7000L, LeafFlag.EXECUTABLE));
        assertEquals(0x8000_0000_1f15_7067L, leaf(3, 0x1f15_7000L, LeafFlag.WRITABLE));
        assertEquals(
                0x8000_0000_1f15_7027L, leaf(3, 0x1f15_7000L, LeafFlag.WRITABLE, LeafFlag.CLEAN));
        assertEquals(
                0x8000_0000_febf_f277L,
                leaf(3, 0xfebf_f000L, LeafFlag.WRITABLE, LeafFlag.SPECIAL, LeafFlag.DEVICE));
    }

    @Test
    void pagesOfTheKernel() {
        LeafFlag[] data = {LeafFlag.KERNEL, LeafFlag.GLOBAL, LeafFlag.WRITABLE};
        assertEquals(0x8000_0000_0000_0163L, leaf(3, 0, data));
        assertEquals(0x8000_0000_0020_01e3L, leaf(2, 0x20_0000, data));
        assertEquals(
                0x0a60_01a1L,
                leaf(
                        2,
                        0x0a60_0000L,
                        LeafFlag.KERNEL,
                        LeafFlag.GLOBAL,
                        LeafFlag.KERNEL_EXECUTABLE));
    }

    @Test
    void whatIsNotPresentIsInverted() {
        assertEquals(0x000f_ffff_edcb_a120L, leaf(3, 0x1234_5000L, LeafFlag.PROT_NONE));
        assertEquals(0x0fff_ffff_ffff_f400L, X86.swap(KernelEra.LINUX_6_12, 1, 5));
        assertThrows(IllegalArgumentException.class, () -> X86.swap(KernelEra.LINUX_6_12, 32, 1));
    }

    @Test
    void tables() {
        assertEquals(0x1120_1067L, X86.table(0x1120_1000L, false));
        assertEquals(0x0e82_a063L, X86.table(0x0e82_a000L, true));
        assertEquals(
                0x8000_0000_0297_8067L,
                X86.limited(X86.table(0x0297_8000L, false), TableLimit.NO_EXECUTE));
    }

    /** As kernels print them that KASLR has not moved. */
    @Test
    void addressesThatRealKernelsHave() {
        assertEquals(0xffff_ffff_8100_0000L, Geometry.x86(4).kimageVaddr());
        assertEquals(0x7fff_ffff_f000L, Geometry.x86(4).userEnd());
        assertEquals(0x00ff_ffff_ffff_f000L, Geometry.x86(5).userEnd());
        assertEquals(-1, Geometry.x86(5).rootLevel());
        assertEquals(512, Geometry.x86(5).entries(-1));
    }
}
