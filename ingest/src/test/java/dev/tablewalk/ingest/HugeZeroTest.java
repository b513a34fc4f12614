package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The huge page of zeroes is told from all other memory of the kernel's. */
class HugeZeroTest {
    private static final Geometry G4K = Geometry.arm64(12, 48, false);
    private static final long HUGE = 2L << 20;
    private static final long VA = 0x4000_0000_0000L;
    private static final String SOUND =
            "0 of 1 roots changed while it was copied (each is as the kernel counts it)";

    @TempDir Path folder;

    /** One process: two blocks of zeroes, one that it wrote to between them, one of a file. */
    private GuestImageBuilder guest(KernelEra era, LeafFlag... flags) {
        return GuestImageBuilder.guest(G4K)
                .era(era)
                .task(
                        1,
                        "init",
                        t ->
                                t.mm(
                                        mm ->
                                                mm.vma(VA, VA + 4 * HUGE, "rw-p")
                                                        .hugeZero(VA, flags)
                                                        .block(2, VA + HUGE)
                                                        .hugeZero(VA + 2 * HUGE, flags)
                                                        .vma(2 * VA, 2 * VA + 0x1000, "rw-p")
                                                        .page(2 * VA)
                                                        .vma(3 * VA, 3 * VA + 0x1000, "---p")));
    }

    private WrittenGuest write(GuestImageBuilder guest) throws IOException {
        return guest.write(folder.resolve("guest.raw"));
    }

    private static long zero(WrittenGuest guest) {
        return guest.leaf(guest.mm(1).root(), VA).pa();
    }

    /** What the block that is mapped there is said to be, all of it, and not its neighbours. */
    private static Set<String> frames(ReadGuest read, long pa) {
        return read.all(GraphNode.PageRange.class).stream()
                .filter(r -> r.pa() >= pa && r.pa() < pa + HUGE)
                .map(r -> Objects.requireNonNull(r.frames()).frame())
                .collect(Collectors.toSet());
    }

    private static void assertTold(WrittenGuest guest) {
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(Set.of("huge_zero"), frames(read, zero(guest)));
        long others =
                read.all(GraphNode.PageRange.class).stream()
                        .filter(r -> r.frames() != null && r.frames().frame().equals("huge_zero"))
                        .mapToLong(GraphNode.PageRange::pages)
                        .sum();
        assertEquals(HUGE >> 12, others);
        assertEquals(0, read.anomalies());
        assertEquals(SOUND, read.graph.checkpoint().found().get("moment"));
    }

    @ParameterizedTest
    @EnumSource
    void byTheKernelsOwnWord(KernelEra era) throws IOException {
        assertTold(write(guest(era)));
        assertTold(write(guest(era, LeafFlag.PROT_NONE)));
    }

    @ParameterizedTest
    @EnumSource
    void byItsShapeWhereThereAreNoSymbolsOfData(KernelEra era) throws IOException {
        assertTold(write(guest(era).kallsymsOfFunctionsOnly()));
        assertTold(write(guest(era).withoutKallsyms()));
    }

    /** Marked so since its mappings are not counted: the table kept aside counts all the same. */
    @ParameterizedTest
    @EnumSource
    void whereItsEntriesAreSpecial(KernelEra era) throws IOException {
        assertTold(write(guest(era, LeafFlag.SPECIAL)));
        assertTold(write(guest(era, LeafFlag.SPECIAL).kallsymsOfFunctionsOnly()));
    }

    /** A block of the kernel's that is zero by chance is mapped less often. */
    @Test
    void besideAnotherBlockOfZeroes() throws IOException {
        GuestImageBuilder guest = guest(KernelEra.LINUX_6_12).kallsymsOfFunctionsOnly();
        long other = guest.kernelBlock();
        guest.task(
                30,
                "maps",
                t -> t.mm(mm -> mm.vma(VA, VA + HUGE, "r--s", "/dev/x").block(2, VA, other)));
        WrittenGuest written = write(guest);
        ReadGuest read = ReadGuest.of(written);
        assertEquals(Set.of("huge_zero"), frames(read, zero(written)));
        assertEquals(Set.of("other"), frames(read, other << 12));
    }

    /** Whoever writes to it changes what every process reads. */
    @Test
    void oneThatIsNotZeroIsNot() throws IOException {
        for (boolean symbols : new boolean[] {true, false}) {
            GuestImageBuilder guest = guest(KernelEra.LINUX_6_12);
            WrittenGuest written = write(symbols ? guest : guest.kallsymsOfFunctionsOnly());
            new Damage(written).putU64(zero(written) + HUGE - 8, 1);
            assertEquals(Set.of("other"), frames(ReadGuest.of(written), zero(written)));
        }
    }

    /** Where a block that the kernel's word leads to is a process's, the word is wrong. */
    @Test
    void aPointerToSomethingElseIsNotBelieved() throws IOException {
        WrittenGuest written = write(guest(KernelEra.LINUX_6_12));
        long anonymous = written.leaf(written.mm(1).root(), VA + HUGE).pa();
        long word = Objects.requireNonNull(written.symbols().get("huge_zero_pfn"));
        for (long pfn : new long[] {anonymous >>> 12, -2, 1L << 52, (zero(written) >>> 12) + 1}) {
            new Damage(written).putU64(written.physical(word), pfn);
            ReadGuest read = ReadGuest.of(written);
            assertEquals(Set.of("other"), frames(read, zero(written)));
            assertEquals(Set.of("anon"), frames(read, anonymous));
        }
    }
}
