package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.FrameUse;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.MmViolations;
import dev.tablewalk.ingest.synthetic.TableViolations;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which a tree and the kernel's counts of it can part is told, of that root alone. */
class MomentTest {
    private static final Geometry G4K = Geometry.arm64(12, 48, false);
    private static final long VA = 0x4000_0000_0000L;

    @TempDir Path folder;

    /** Changes a sound guest. */
    private interface Change {
        void to(WrittenGuest guest) throws IOException;
    }

    private WrittenGuest write(KernelEra era) throws IOException {
        GuestImageBuilder guest = GuestImageBuilder.guest(G4K).era(era);
        for (int pid : new int[] {1, 30, 31}) {
            guest.task(
                    pid,
                    "process",
                    t ->
                            t.mm(
                                    mm ->
                                            mm.vma(VA, VA + 0x4000, "rw-p")
                                                    .page(VA)
                                                    .page(VA + 0x1000)
                                                    .swap(VA + 0x2000, 1, 100 + pid)
                                                    .vma(2 * VA - 0x1000, 2 * VA, "rw-p")
                                                    .page(2 * VA - 0x1000)));
        }
        return guest.write(folder.resolve("guest.raw"));
    }

    private void assertTold(KernelEra era, String kind, String detail, Change change)
            throws IOException {
        WrittenGuest guest = write(era);
        change.to(guest);
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(
                List.of(kind + ": " + detail),
                read.all(GraphNode.Anomaly.class).stream()
                        .filter(a -> a.address() == guest.mm(30).address())
                        .map(a -> a.kind() + ": " + a.detail())
                        .toList());
        assertEquals(1, read.anomalies());
        assertEquals(1, read.graph.checkpoint().counts().get("torn_roots"));
        assertEquals(
                "1 of 3 roots changed while it was copied (so it is of no one moment; what changed"
                        + " and left all counts and frames in agreement cannot be told)",
                read.graph.checkpoint().found().get("moment"));
    }

    @ParameterizedTest
    @EnumSource
    void countersThatAreOfAnotherMoment(KernelEra era) throws IOException {
        assertTold(
                era,
                "torn_tables",
                "7 tables by the kernel's count, 6 found",
                guest -> new MmViolations(guest).addTableBytes(30, 0x1000));
        assertTold(
                era,
                "torn_tables",
                "2 pages by the kernel's count, 3 mapped",
                guest -> new MmViolations(guest).addAnonPages(30, -1));
        assertTold(
                era,
                "torn_vmas",
                "3 VMAs by the kernel's count, 2 found",
                guest -> new MmViolations(guest).addToMapCount(30, 1));
        assertTold(
                era,
                "torn_vmas",
                "VMAs of 4 pages by the kernel's count, 5 found",
                guest -> new MmViolations(guest).addToTotalVm(30, -1));
    }

    /** What each CPU has yet to add may lie in memory that is used for something else by now. */
    @ParameterizedTest
    @EnumSource
    void countersBelowZero(KernelEra era) throws IOException {
        assertTold(
                era,
                "torn_tables",
                "-997 pages by the kernel's count, 3 mapped",
                guest -> new MmViolations(guest).addAnonPages(30, -1000));
        assertTold(
                era,
                "torn_tables",
                "-1 pages in swap by the kernel's count, 1 found",
                guest -> new MmViolations(guest).addSwapPages(30, -2));
    }

    @ParameterizedTest
    @EnumSource
    void framesThatAreOfAnotherMoment(KernelEra era) throws IOException {
        String foreign = "1 tables whose frames the kernel uses for something else";
        for (FrameUse use : List.of(FrameUse.ANON, FrameUse.SLAB, FrameUse.OTHER)) {
            assertTold(
                    era,
                    "torn_tables",
                    foreign,
                    guest ->
                            new TableViolations(guest)
                                    .say(guest.table(guest.mm(30).root(), 3, VA).pa(), use));
        }
        assertTold(
                era,
                "torn_tables",
                "1 pages whose frames are free",
                guest ->
                        new TableViolations(guest)
                                .say(guest.leaf(guest.mm(30).root(), VA).pa(), FrameUse.BUDDY));
    }

    @ParameterizedTest
    @EnumSource
    void pagesThatBelongElsewhere(KernelEra era) throws IOException {
        String stray = "1 pages whose frames belong elsewhere";
        assertTold(
                era,
                "torn_tables",
                stray,
                guest ->
                        new TableViolations(guest)
                                .moveInMapping(guest.leaf(guest.mm(30).root(), VA).pa()));
    }

    @ParameterizedTest
    @EnumSource
    void entriesThatAreOfAnotherMoment(KernelEra era) throws IOException {
        assertTold(
                era,
                "torn_tables",
                "3 pages by the kernel's count, 2 mapped",
                guest -> new Damage(guest).entry(guest.mm(30).root(), 3, VA, 0));
        assertTold(
                era,
                "torn_tables",
                "1 pages in swap by the kernel's count, 0 found",
                guest -> new Damage(guest).entry(guest.mm(30).root(), 3, VA + 0x2000, 0));
        assertTold(
                era,
                "torn_tables",
                "0 pages in swap by the kernel's count, 1 found",
                guest -> new MmViolations(guest).addSwapPages(30, -1));
    }

    /** Whoever runs may be in the middle of a page fault. */
    @Test
    void ofATaskThatRunsNothingIsTold() throws IOException {
        WrittenGuest guest =
                GuestImageBuilder.guest(G4K)
                        .task(1, "init", t -> t.mm(mm -> mm.vma(VA, VA + 0x1000, "rw-p").page(VA)))
                        .task(
                                30,
                                "runs",
                                t ->
                                        t.state("R")
                                                .mm(mm -> mm.vma(VA, VA + 0x1000, "rw-p").page(VA)))
                        .write(folder.resolve("guest.raw"));
        new MmViolations(guest).addAnonPages(30, 1);
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(0, read.anomalies());
        assertEquals(1, read.graph.checkpoint().counts().get("compared_roots"));
    }
}
