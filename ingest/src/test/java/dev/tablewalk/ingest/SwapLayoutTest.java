package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where type and slot of entries in swap lie is told though no VMA allows nothing. */
class SwapLayoutTest {
    private static final long VA = 0x4000_0000_0000L;

    /** {@code SWP_PTE_MARKER}; its flag 1 is that of userfaultfd's write protection. */
    private static final int MARKER = 31;

    @TempDir Path folder;

    private static GuestImageBuilder guest(KernelEra era, int type, long... slots) {
        return GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                .era(era)
                .task(
                        1,
                        "init",
                        t ->
                                t.mm(
                                        mm -> {
                                            mm.vma(VA, VA + 0x10000, "rw-p").page(VA);
                                            for (int i = 0; i < slots.length; i++) {
                                                mm.swap(VA + 0x1000 * (i + 1L), type, slots[i]);
                                            }
                                        }));
    }

    private void assertTold(GuestImageBuilder guest) throws IOException {
        WrittenGuest written = guest.write(folder.resolve("guest.raw"));
        ReadGuest read = ReadGuest.of(written);
        assertEquals(0, read.anomalies());
        assertEquals(ReadGuest.swaps(written, read.swaps()), read.swaps());
    }

    /** Of few entries, or of markers alone, content tells nothing. */
    @ParameterizedTest
    @EnumSource(names = {"LINUX_6_1", "LINUX_6_12"}) // VMCOREINFO tells where symbols are
    void byTheKernelsOwnTable(KernelEra era) throws IOException {
        assertTold(guest(era, MARKER, 1, 1, 1));
        assertTold(guest(era, 0, 0x1000));
        assertTold(guest(era, 12, 1));
        assertTold(guest(era, 24, 0x17, 0x17));
    }

    @Test
    void byContentWhereThereAreNoSymbolsOfData() throws IOException {
        for (long[] slots : new long[][] {{1, 1}, {4, 1, 2}}) {
            assertTold(guest(KernelEra.LINUX_6_12, MARKER, slots).kallsymsOfFunctionsOnly());
        }
        assertTold(guest(KernelEra.LINUX_6_1, 0, 1, 2, 3, 8).kallsymsOfFunctionsOnly());
    }
}
