package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.RootKind;
import dev.tablewalk.ingest.synthetic.Arm64Geometry;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels with other options than distributions give theirs. */
class UnusualKernelTest {
    private static final int PROCESSES = 20;
    private static final int PAGES = 3;

    @TempDir Path folder;

    static Stream<Arguments> kernels() {
        return Geometries.ALL.stream()
                .flatMap(g -> Stream.of(KernelEra.values()).map(e -> Arguments.of(g, e)));
    }

    private WrittenGuest write(
            Geometry geometry, KernelEra era, UnaryOperator<GuestImageBuilder> options)
            throws IOException {
        long page = geometry.pageSize();
        GuestImageBuilder guest =
                options.apply(
                        GuestImageBuilder.guest(geometry)
                                .era(era)
                                .cpus(3)
                                .ramSize(32L << (20 + geometry.pageShift() - 12)));
        for (int pid = 1; pid <= PROCESSES; pid++) {
            guest.task(
                    pid,
                    "process",
                    t ->
                            t.mm(
                                    mm -> {
                                        mm.vma(page, (1 + PAGES) * page, "rw-p");
                                        for (int i = 1; i <= PAGES; i++) {
                                            mm.page(i * page);
                                        }
                                    }));
        }
        return guest.write(folder.resolve("guest.raw"));
    }

    private static ReadGuest read(WrittenGuest guest) {
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(new TreeSet<>(), read.anomalyKinds());
        return read;
    }

    /** Nothing but their scheduling class tells idle tasks then. */
    @ParameterizedTest
    @MethodSource("kernels")
    void withoutGroupSchedulingIdleTasksAreToldAllTheSame(Geometry geometry, KernelEra era)
            throws IOException {
        ReadGuest read =
                read(
                        write(
                                geometry,
                                era,
                                g -> g.withoutGroupScheduling().kallsymsOfFunctionsOnly()));
        assertFalse(read.graph.checkpoint().taskViews().contains("rq"));
        int idle = 0;
        for (GraphNode.Task task : read.all(GraphNode.Task.class)) {
            assertEquals(task.comm().startsWith("swapper/"), task.idle(), task::toString);
            if (task.idle()) {
                idle++;
                boolean first = task.comm().equals("swapper/0");
                assertEquals(
                        first ? List.of("init_task", "scan") : List.of("scan"),
                        task.foundBy(),
                        task::toString);
            }
        }
        assertEquals(3, idle);
    }

    /** By the group of any task; or, where tasks have none, by the symbol. */
    @ParameterizedTest
    @MethodSource("kernels")
    void cpusThatNeverCameUpHaveIdleTasks(Geometry geometry, KernelEra era) throws IOException {
        UnaryOperator<GuestImageBuilder> bySymbol = g -> g.cpusDown(3).withoutGroupScheduling();
        UnaryOperator<GuestImageBuilder> byGroup = g -> g.cpusDown(3).kallsymsOfFunctionsOnly();
        // Kernels before 6.0 do not tell where their symbols are.
        boolean symbols = era != KernelEra.LINUX_5_15;
        for (UnaryOperator<GuestImageBuilder> options :
                symbols ? List.of(bySymbol, byGroup) : List.of(byGroup)) {
            ReadGuest read = read(write(geometry, era, options));
            assertTrue(read.graph.checkpoint().taskViews().contains("rq"));
            List<GraphNode.Task> idle =
                    read.all(GraphNode.Task.class).stream().filter(GraphNode.Task::idle).toList();
            assertEquals(6, idle.size());
            for (GraphNode.Task task : idle) {
                String way = task.comm().equals("swapper/0") ? "init_task" : "rq";
                assertEquals(List.of(way, "scan"), task.foundBy(), task::toString);
            }
        }
    }

    private static long linear(WrittenGuest guest, String symbol) {
        long va = Objects.requireNonNull(guest.symbols().get(symbol));
        return guest.linear(guest.physical(va));
    }

    /** What lies there has its address in the linear map, by which all else knows it. */
    @ParameterizedTest
    @MethodSource("kernels")
    void whatLiesInMemoryOfBootIsOneWithWhatListsKnow(Geometry geometry, KernelEra era)
            throws IOException {
        WrittenGuest guest = write(geometry, era, GuestImageBuilder::usesInitMemory);
        ReadGuest read = read(guest);
        long from = linear(guest, "__init_begin");
        long until = linear(guest, "__init_end");
        int inside = 0;
        for (GraphNode.MmStruct mm : read.all(GraphNode.MmStruct.class)) {
            inside += mm.address() >= from && mm.address() < until ? 1 : 0;
            if (mm.mapCount() > 0) {
                assertEquals(new TreeSet<>(List.of("scan", "task")), new TreeSet<>(mm.foundBy()));
            }
        }
        assertTrue(inside > 0, "nothing lies there");
        for (GraphNode.Task task : read.all(GraphNode.Task.class)) {
            assertTrue(task.foundBy().contains("scan"), task::toString);
            assertTrue(task.foundBy().size() > 1, task::toString);
        }
    }

    /** Counters for each CPU lie where only a symbol of data tells. */
    @ParameterizedTest
    @MethodSource("kernels")
    void whatIsCountedForEachCpuIsNotHalfCounted(Geometry geometry, KernelEra era)
            throws IOException {
        ReadGuest read = read(write(geometry, era, GuestImageBuilder::withoutKallsyms));
        int mms = 0;
        for (GraphNode.MmStruct mm : read.all(GraphNode.MmStruct.class)) {
            if (mm.mapCount() > 0) {
                mms++;
                assertEquals(
                        era == KernelEra.LINUX_6_12 ? null : Long.valueOf(PAGES), mm.rssPages());
            }
        }
        assertEquals(PROCESSES, mms);
    }

    /** Its tables are marked as those of processes are, and would look like orphans. */
    @ParameterizedTest
    @MethodSource("kernels")
    void firmwaresTablesAreFoundWithoutASymbol(Geometry geometry, KernelEra era)
            throws IOException {
        WrittenGuest guest = write(geometry, era, g -> g.efi().kallsymsOfFunctionsOnly());
        Damage image = new Damage(guest);
        long root = guest.physical(image.u64(ofEfiMm(guest, "pgd")));
        assertEquals(List.of(root), firmwareRoots(read(guest)));
        // What lies there as efi_mm does, but as a process's that nobody else knows of.
        image.putU32(ofEfiMm(guest, "mm_users"), 1);
        assertEquals(List.of(), firmwareRoots(ReadGuest.of(guest)));
    }

    private static long ofEfiMm(WrittenGuest guest, String member) {
        long mm = Objects.requireNonNull(guest.symbols().get("efi_mm"));
        return guest.physical(guest.member(mm, "mm_struct", member));
    }

    private static List<Long> firmwareRoots(ReadGuest guest) {
        return guest.links(GraphRelationship.RootPointer.class).stream()
                .filter(pointer -> pointer.kind() == RootKind.MM)
                .map(pointer -> ((GraphNode.PageTable) guest.nodes.get(pointer.to())).pa())
                .toList();
    }

    /** Two members tell a task's CPU, and one of them is dead. */
    @ParameterizedTest
    @MethodSource("kernels")
    void theMemberThatTellsACpuIsTheOneInUse(Geometry geometry, KernelEra era) throws IOException {
        List<Integer> cpus = cpus(read(write(geometry, era, GuestImageBuilder::cpuInTask)));
        assertTrue(cpus.containsAll(List.of(0, 1, 2)), cpus::toString);
        assertEquals(cpus, cpus(read(write(geometry, era, guest -> guest))));
    }

    private static List<Integer> cpus(ReadGuest guest) {
        return guest.all(GraphNode.Task.class).stream().map(GraphNode.Task::cpu).toList();
    }

    /** Every geometry, and every era. */
    static Stream<Arguments> someKernels() {
        KernelEra[] eras = KernelEra.values();
        return IntStream.range(0, Geometries.ALL.size())
                .mapToObj(i -> Arguments.of(Geometries.ALL.get(i), eras[i % eras.length]));
    }

    static Stream<Arguments> arm64Kernels() {
        return someKernels().filter(each -> each.get()[0] instanceof Arm64Geometry);
    }

    /** KASAN with tags, of software or hardware: what is allocated has one in the top byte. */
    @ParameterizedTest
    @MethodSource("arm64Kernels")
    void pointersWithTagsLeadWhereTheyDidWithout(Geometry geometry, KernelEra era)
            throws IOException {
        WrittenGuest guest = write(geometry, era, options -> options);
        ReadGuest without = read(guest);
        assertTrue(tagPointers(guest) > 1000, "too few to tell");
        ReadGuest with = read(guest);
        assertEquals(withoutCheckpoint(without), withoutCheckpoint(with));
        assertEquals(without.relationships, with.relationships);
    }

    private static List<GraphNode> withoutCheckpoint(ReadGuest guest) {
        return guest.nodes.stream()
                .filter(node -> !(node instanceof GraphNode.Checkpoint))
                .toList();
    }

    /** Gives each pointer into the linear map, and to a stack, the tag of where it leads. */
    private static int tagPointers(WrittenGuest guest) throws IOException {
        byte[] bytes = Files.readAllBytes(guest.path());
        ByteBuffer ram = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Set<Long> stacks = new HashSet<>();
        for (WrittenGuest.Task task : guest.tasks()) {
            long at = guest.member(task.address(), "task_struct", "stack");
            long stack = ram.getLong((int) (guest.physical(at) - guest.ramBase()));
            if (!task.comm().equals("swapper/0")) {
                stacks.add(stack); // that of the first task is not allocated
            }
        }
        long linear = guest.linear(guest.ramBase());
        int tagged = 0;
        for (int at = 0; at + 8 <= bytes.length; at += 8) {
            long word = ram.getLong(at);
            if (Long.compareUnsigned(word - linear, bytes.length) < 0 || stacks.contains(word)) {
                long tag = 0xf0 + (word >>> 12) % 15; // 0xff is no tag
                ram.putLong(at, (word & ((1L << 56) - 1)) | tag << 56);
                tagged++;
            }
        }
        Files.write(guest.path(), bytes);
        return tagged;
    }
}
