package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pages that the kernel took out of its linear map, by clearing the valid bit alone, are its own
 * still: secret memory, KFENCE's guards, freed pages under debug_pagealloc.
 */
class OutOfLinearMapTest {
    private static final long VALID = 1;
    private static final long NOT_GLOBAL = 1L << 11;
    private static final long VA = 0x4000_0000_0000L;

    @TempDir Path folder;

    private WrittenGuest write(KernelEra era, boolean kpti) throws IOException {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .era(era)
                        .task(1, "init", t -> t.mm(mm -> mm.vma(VA, VA + 0x2000, "rw-p").page(VA)));
        return (kpti ? guest.kpti() : guest).write(folder.resolve("guest.raw"));
    }

    /** Sets and clears bits of the entry that maps an address. */
    private static Set<String> changed(WrittenGuest guest, long root, long va, long set, long clear)
            throws IOException {
        WrittenGuest.Leaf leaf = guest.leaf(root, va);
        new Damage(guest).entry(root, 3, va, (leaf.raw() | set) & ~clear);
        return ReadGuest.of(guest).anomalyKinds();
    }

    private static Set<String> changed(WrittenGuest guest, long set, long clear)
            throws IOException {
        long last = guest.linear(guest.ramBase() + guest.ramSize() - 0x1000);
        return changed(guest, guest.swapperPgDir(), last, set, clear);
    }

    @ParameterizedTest
    @EnumSource
    void arePages(KernelEra era) throws IOException {
        assertEquals(Set.of(), changed(write(era, false), 0, VALID));
        assertEquals(Set.of(), changed(write(era, true), 0, VALID));
    }

    /** What is global, or not, is as the kernel's own pages are; in newer kernels nG says more. */
    @ParameterizedTest
    @EnumSource(names = {"LINUX_5_15", "LINUX_6_1"})
    void othersMeanNothing(KernelEra era) throws IOException {
        Set<String> reserved = Set.of("reserved_descriptor");
        assertEquals(reserved, changed(write(era, false), NOT_GLOBAL, VALID));
        assertEquals(reserved, changed(write(era, true), 0, VALID | NOT_GLOBAL));
    }

    /** An entry of a process that is not valid is no such page, whatever the kernel's are. */
    @ParameterizedTest
    @EnumSource(names = {"LINUX_5_15", "LINUX_6_1"})
    void norDoThoseOfProcesses(KernelEra era) throws IOException {
        for (boolean kpti : new boolean[] {true, false}) {
            WrittenGuest guest = write(era, kpti);
            Set<String> kinds = changed(guest, guest.mm(1).root(), VA, 0, VALID);
            assertEquals(Set.of("reserved_descriptor", "torn_tables"), kinds);
        }
    }
}
