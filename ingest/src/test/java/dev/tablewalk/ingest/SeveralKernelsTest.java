package dev.tablewalk.ingest;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.image.Notes;
import dev.tablewalk.ingest.kernel.KernelFinder;
import dev.tablewalk.ingest.memory.DataExtents;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RAM that holds several kernels: one booted after the other, and RAM was not cleared. */
class SeveralKernelsTest {
    private static final long BASE = 0x4000_0000L;
    private static final long MIB = 1 << 20;
    private static final long RAM_PAGES = 1 << 14;

    @TempDir Path folder;

    /** Every geometry, and every era. */
    static Stream<Arguments> kernels() {
        KernelEra[] eras = KernelEra.values();
        return IntStream.range(0, Geometries.ALL.size())
                .mapToObj(i -> Arguments.of(Geometries.ALL.get(i), eras[i % eras.length]));
    }

    /**
     * A kernel with so many processes.
     *
     * @param slide MiB by which its image lies above where it does otherwise, and behind which all
     *     else of it lies
     */
    private static GuestImageBuilder guest(
            Geometry geometry, KernelEra era, long slide, int processes) {
        long page = geometry.pageSize();
        GuestImageBuilder guest =
                GuestImageBuilder.guest(geometry)
                        .era(era)
                        .ramBase(BASE)
                        .ramSize(RAM_PAGES * page)
                        .kaslr(slide * MIB, slide * MIB)
                        .vmcoreinfo(false, true);
        long below = slide == 0 ? 0 : RAM_PAGES / 2;
        for (long pfn = 0; pfn < below; pfn = guest.allocate() - (BASE / page)) {}
        for (int pid = 1; pid <= processes; pid++) {
            guest.task(pid, "process", t -> t.mm(mm -> mm.vma(page, 4 * page, "rw-p").page(page)));
        }
        return guest;
    }

    private WrittenGuest write(GuestImageBuilder guest, String name) throws IOException {
        return guest.write(folder.resolve(name));
    }

    /** What a kernel that boots later writes, it writes over what was. */
    private static void bootsOver(Path later, Path earlier) throws IOException {
        try (FileChannel from = FileChannel.open(later, READ);
                FileChannel to = FileChannel.open(earlier, READ, WRITE)) {
            DataExtents written = DataExtents.of(later, from.size());
            for (int i = 0; i < written.count(); i++) {
                long length = written.end(i) - written.start(i);
                to.position(written.start(i));
                from.transferTo(written.start(i), length, to);
            }
        }
    }

    /** Writes over the tasks of a kernel, but for those in its image. */
    private static void useTasksForSomethingElse(WrittenGuest guest) throws IOException {
        byte[] noise = new byte[0x400];
        new SplittableRandom(1).nextBytes(noise);
        try (FileChannel file = FileChannel.open(guest.path(), WRITE)) {
            for (WrittenGuest.Task task : guest.tasks()) {
                if (task.pid() > 0) {
                    long at = guest.physical(task.address()) - guest.ramBase();
                    file.write(ByteBuffer.wrap(noise), at);
                }
            }
        }
    }

    /** A kernel whose image, page tables and description are there, and below it one that runs. */
    private WrittenGuest[] deadAndRunning(Geometry geometry, KernelEra era, boolean described)
            throws IOException {
        WrittenGuest earlier = write(guest(geometry, era, 0, 20), "ram.raw");
        useTasksForSomethingElse(earlier);
        WrittenGuest later =
                write(guest(geometry, era, 24, 6).vmcoreinfo(false, described), "later.raw");
        bootsOver(later.path(), earlier.path());
        return new WrittenGuest[] {earlier, later};
    }

    private GuestGraph read(Path image, int kernel) {
        return Ingest.read(
                new IngestRequest(
                                "several",
                                List.of(image),
                                folder,
                                List.of(),
                                false,
                                false,
                                false,
                                false,
                                "test")
                        .take(kernel),
                Progress.NONE);
    }

    private static int tasks(GuestGraph graph) {
        int tasks = 0;
        for (GraphNode node : graph.nodes()) {
            tasks += node instanceof GraphNode.Task ? 1 : 0;
        }
        return tasks;
    }

    private static long ttbr1(WrittenGuest guest) {
        return guest.physical(Objects.requireNonNull(guest.symbols().get("swapper_pg_dir")));
    }

    private static Notes.CpuRegisters cpu(int number, long ttbr1, long sctlr) {
        return new Notes.CpuRegisters(
                number, Map.of("ttbr1_el1", ttbr1, "ttbr0_el1", 0L, "sctlr_el1", sctlr));
    }

    private static long rootOf(Path image, List<Notes.CpuRegisters> cpus) {
        try (Image opened = Image.openRaw(image)) {
            return new KernelFinder(opened, List.of(), Progress.NONE)
                    .with(cpus)
                    .find()
                    .map()
                    .rootPa();
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void theOneWhoseTasksAreThereIsTaken(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest[] both = deadAndRunning(geometry, era, true);
        GuestGraph graph = read(both[0].path(), 0);
        assertEquals(both[1].tasks().size(), tasks(graph));
        assertEquals(both[1].kernelOffset(), graph.checkpoint().kaslrOffset());
        String other = String.valueOf(graph.checkpoint().found().get("kernel_2"));
        assertTrue(other.contains(era.release()), other);
        assertTrue(other.contains("no init_task"), other);
    }

    /** The description of the one that runs is lost, and the other's is not. */
    @ParameterizedTest
    @MethodSource("kernels")
    void oneThatIsNotDescribedIsFoundByItsFirstTask(Geometry geometry, KernelEra era)
            throws IOException {
        WrittenGuest[] both = deadAndRunning(geometry, era, false);
        GuestGraph graph = read(both[0].path(), 0);
        assertEquals(both[1].tasks().size(), tasks(graph));
        assertEquals(both[1].kernelOffset(), graph.checkpoint().kaslrOffset());
    }

    @Test
    void aDeadOneAloneIsRefused() throws IOException {
        WrittenGuest dead =
                write(guest(Geometry.arm64(12, 48, false), KernelEra.LINUX_6_12, 0, 9), "ram.raw");
        useTasksForSomethingElse(dead);
        UserError error = assertThrows(UserError.class, () -> read(dead.path(), 0));
        assertEquals(UserError.Kind.IMAGE, error.kind());
        assertTrue(String.valueOf(error.getMessage()).contains("init_task"), error::getMessage);
    }

    /** Two that are whole, one above the other, as of machines that share a file. */
    private WrittenGuest[] bothWhole() throws IOException {
        Geometry geometry = Geometry.arm64(12, 48, false);
        WrittenGuest lower = write(guest(geometry, KernelEra.LINUX_6_12, 0, 9), "ram.raw");
        WrittenGuest upper = write(guest(geometry, KernelEra.LINUX_6_1, 24, 5), "upper.raw");
        bootsOver(upper.path(), lower.path());
        return new WrittenGuest[] {lower, upper};
    }

    @Test
    void whereNothingTellsNoneIsTakenButOnPurpose() throws IOException {
        WrittenGuest[] both = bothWhole();
        UserError error = assertThrows(UserError.class, () -> read(both[0].path(), 0));
        assertEquals(UserError.Kind.IMAGE, error.kind());
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains("(1) Linux ") && message.contains("(2) Linux "), message);
        assertTrue(message.contains("--kernel"), message);
        int first = tasks(read(both[0].path(), 1));
        int second = tasks(read(both[0].path(), 2));
        assertNotEquals(first, second);
        assertEquals(both[0].tasks().size() + both[1].tasks().size(), first + second);
        error = assertThrows(UserError.class, () -> read(both[0].path(), 3));
        assertEquals(UserError.Kind.INPUT, error.kind());
    }

    @Test
    void theRootRegisterTells() throws IOException {
        for (WrittenGuest guest : bothWhole()) {
            Path image = folder.resolve("ram.raw");
            assertEquals(ttbr1(guest), rootOf(image, List.of(cpu(0, ttbr1(guest), 1))));
            // One processor was never started, and another is in its firmware.
            assertEquals(
                    ttbr1(guest),
                    rootOf(
                            image,
                            List.of(
                                    cpu(0, 0x4321_0000, 0),
                                    cpu(1, ttbr1(guest) | 1L << 48 | 1, 1),
                                    cpu(2, 0, 1))));
        }
    }

    /** A kernel with VHE runs at EL2, and what EL1's register holds is a guest's, or old. */
    @Test
    void theRootRegisterOfEl2Tells() throws IOException {
        WrittenGuest[] both = bothWhole();
        Map<String, Long> registers =
                Map.of(
                        "hcr_el2",
                        1L << 34,
                        "ttbr1_el1",
                        ttbr1(both[0]),
                        "ttbr1_el2",
                        ttbr1(both[1]),
                        "sctlr_el1",
                        1L,
                        "sctlr_el2",
                        1L);
        assertEquals(
                ttbr1(both[1]),
                rootOf(both[0].path(), List.of(new Notes.CpuRegisters(0, registers))));
    }

    /** Images without system registers tell by where a processor is in its code. */
    @Test
    void theProgramCounterTells() throws IOException {
        WrittenGuest[] both = bothWhole();
        for (WrittenGuest guest : both) {
            long pc = Objects.requireNonNull(guest.symbols().get("_stext")) + 4;
            assertEquals(
                    ttbr1(guest),
                    rootOf(
                            both[0].path(),
                            List.of(
                                    new Notes.CpuRegisters(0, Map.of("pc", pc)),
                                    new Notes.CpuRegisters(1, Map.of("pc", 0x40_1234L)))));
        }
    }

    @Test
    void noneIsTakenWhenNoProcessorRunsAny() throws IOException {
        WrittenGuest[] both = bothWhole();
        UserError error =
                assertThrows(
                        UserError.class,
                        () -> rootOf(both[0].path(), List.of(cpu(0, 0, 0), cpu(1, 0, 0))));
        assertEquals(UserError.Kind.IMAGE, error.kind());
        assertTrue(String.valueOf(error.getMessage()).contains("was reset"), error::getMessage);
    }

    /** VMCOREINFO as it stands in RAM. */
    private static byte[] vmcoreinfo(Path image) {
        try (Image opened = Image.openRaw(image)) {
            return new KernelFinder(opened, List.of(), Progress.NONE).vmcoreinfo();
        }
    }

    private Path packed(boolean elf, byte[] raw, byte[] notes) throws IOException {
        return Files.write(
                folder.resolve("packed"),
                elf
                        ? Packing.elfWithNotes(raw, BASE, notes)
                        : Packing.kdumpWithNotes(raw, BASE, notes));
    }

    private static byte[] both(byte[] one, byte[] other) {
        byte[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }

    /** Its note may have been carried on from when it ran. */
    @ParameterizedTest
    @EnumSource(
            value = Packing.class,
            names = {"ELF", "KDUMP_ZLIB", "KDUMP_FLATTENED", "QEMU", "LIME", "AVML"})
    void inEveryFormatTheOneWhoseTasksAreThereIsTaken(Packing packing) throws IOException {
        Geometry geometry = Geometry.arm64(12, 48, false);
        WrittenGuest[] both = deadAndRunning(geometry, KernelEra.LINUX_6_12, true);
        byte[] raw = Files.readAllBytes(both[0].path());
        Path image = folder.resolve("packed");
        packing.write(raw, BASE, both[1].swapperPgDir(), new BitSet(), image);
        GuestGraph graph = read(image, 0);
        assertEquals(both[1].tasks().size(), tasks(graph));
        assertEquals(both[1].kernelOffset(), graph.checkpoint().kaslrOffset());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNoteOfADeadOneDoesNotWin(boolean elf) throws IOException {
        WrittenGuest dead =
                write(guest(Geometry.arm64(12, 48, false), KernelEra.LINUX_6_12, 0, 9), "dead.raw");
        byte[] note = Packing.note("VMCOREINFO", 0, vmcoreinfo(dead.path()));
        WrittenGuest[] both =
                deadAndRunning(Geometry.arm64(12, 48, false), KernelEra.LINUX_6_12, true);
        byte[] raw = Files.readAllBytes(both[0].path());
        GuestGraph graph = read(packed(elf, raw, note), 0);
        assertEquals(both[1].tasks().size(), tasks(graph));
        assertEquals(both[1].kernelOffset(), graph.checkpoint().kaslrOffset());
    }

    /** All of its tasks are still there, and a note describes it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNoteDoesNotTellWhichOfTwoRuns(boolean elf) throws IOException {
        Geometry geometry = Geometry.arm64(12, 48, false);
        WrittenGuest alone = write(guest(geometry, KernelEra.LINUX_6_12, 0, 9), "alone.raw");
        byte[] note = Packing.note("VMCOREINFO", 0, vmcoreinfo(alone.path()));
        WrittenGuest[] both = bothWhole();
        byte[] raw = Files.readAllBytes(both[0].path());
        Path image = packed(elf, raw, note);
        UserError error = assertThrows(UserError.class, () -> read(image, 0));
        assertEquals(UserError.Kind.IMAGE, error.kind());
        assertTrue(String.valueOf(error.getMessage()).contains("--kernel"), error::getMessage);
        for (WrittenGuest runs : both) {
            long pc = Objects.requireNonNull(runs.symbols().get("_stext")) + 4;
            GuestGraph graph = read(packed(elf, raw, both(note, Packing.programCounter(1, pc))), 0);
            assertEquals(runs.tasks().size(), tasks(graph));
            assertEquals(runs.kernelOffset(), graph.checkpoint().kaslrOffset());
        }
    }

    /** A stream has the root registers. */
    @Test
    void aStreamTellsWhichOfTwoRuns() throws IOException {
        WrittenGuest[] both = bothWhole();
        byte[] raw = Files.readAllBytes(both[0].path());
        Path image = folder.resolve("packed");
        for (WrittenGuest runs : both) {
            Packing.QEMU.write(raw, BASE, runs.swapperPgDir(), new BitSet(), image);
            GuestGraph graph = read(image, 0);
            assertEquals(runs.tasks().size(), tasks(graph));
            assertEquals(runs.kernelOffset(), graph.checkpoint().kaslrOffset());
        }
    }
}
