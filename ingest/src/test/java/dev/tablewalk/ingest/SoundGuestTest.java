package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.FrameUse;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.TableViolations;
import dev.tablewalk.ingest.synthetic.TaskViolations;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sound guest's frames, tables and tasks are told for what they are, by every way there is. */
class SoundGuestTest {
    private static final Geometry G4K = Geometry.arm64(12, 48, false);

    @TempDir Path folder;

    static Stream<Arguments> kernels() {
        return Geometries.ALL.stream()
                .flatMap(g -> Stream.of(KernelEra.values()).map(e -> Arguments.of(g, e)));
    }

    private WrittenGuest write(Geometry geometry, KernelEra era) throws IOException {
        long page = geometry.pageSize();
        long top = Long.highestOneBit(geometry.userEnd()) >>> 1;
        GuestImageBuilder guest =
                GuestImageBuilder.guest(geometry)
                        .era(era)
                        .cpus(2)
                        .ramSize(32L << (20 + geometry.pageShift() - 12))
                        .mount("/dev/shm", "tmpfs", 0, 22);
        for (int pid : new int[] {1, 30, 31}) {
            guest.task(
                    pid,
                    "process",
                    t ->
                            t.thread(pid + 100, "thread")
                                    .mm(
                                            mm -> {
                                                mm.vma(page, 9 * page, "rw-p");
                                                for (int i = 1; i < 9; i++) {
                                                    mm.page(i * page);
                                                }
                                                mm.vma(top, top + page, "r-xp", "/lib/libc.so.6");
                                                mm.page(top);
                                                long shm = top + 16 * page;
                                                mm.vma(shm, shm + page, "rw-s", "/dev/shm/x");
                                                mm.page(shm);
                                            }));
        }
        guest.kernelThread(2, "kthreadd").kernelThread(4, "kworker/0:1").zombie(9, "gone");
        return guest.freedTask(50, "freed").write(folder.resolve("guest.raw"));
    }

    private static ReadGuest read(WrittenGuest guest) {
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(new TreeSet<>(), read.anomalyKinds());
        return read;
    }

    /** With tables that are not as the kernel made them. */
    private static ReadGuest readPlanted(WrittenGuest guest) {
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(Set.of("torn_tables"), read.anomalyKinds());
        return read;
    }

    private static String text(FrameUse use) {
        return use.name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyFrameIsTold(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(geometry, era);
        ReadGuest read = read(guest);
        Map<String, Long> wanted = new HashMap<>();
        for (long pa = guest.ramBase();
                pa < guest.ramBase() + guest.ramSize();
                pa += geometry.pageSize()) {
            wanted.merge(text(guest.frame(pa).use()), 1L, Long::sum);
        }
        Map<String, Long> found = new HashMap<>();
        for (GraphNode.PageRange range : read.all(GraphNode.PageRange.class)) {
            GraphNode.Frames frames = Objects.requireNonNull(range.frames());
            if (frames.frame().equals("mixed")) {
                frames.pages().forEach((kind, n) -> found.merge(kind, n, Long::sum));
            } else {
                found.merge(frames.frame(), range.pages(), Long::sum);
            }
        }
        assertEquals(wanted, found);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyTableIsFoundByAllThatCanFindIt(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(geometry, era);
        ReadGuest read = read(guest);
        Map<Long, WrittenGuest.Table> wanted =
                guest.tables().stream()
                        .collect(Collectors.toMap(WrittenGuest.Table::pa, t -> t, (a, _) -> a));
        List<GraphNode.PageTable> tables = read.all(GraphNode.PageTable.class);
        for (GraphNode.PageTable table : tables) {
            WrittenGuest.Table written = wanted.get(table.pa());
            if (written == null) {
                assertEquals(List.of("scan"), table.foundBy(), table::toString);
                continue;
            }
            assertTrue(table.foundBy().contains("walk"), table::toString);
            FrameUse use = guest.frame(table.pa()).use();
            assertEquals(text(use), table.frame(), table::toString);
            assertEquals(
                    use == FrameUse.TABLE,
                    table.foundBy().contains("struct_page"),
                    table::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyTaskIsFoundByAllThatCanFindIt(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(geometry, era);
        for (GraphNode.Task task : read(guest).all(GraphNode.Task.class)) {
            Set<String> ways = new TreeSet<>(task.foundBy());
            Set<String> wanted = new TreeSet<>(List.of("scan"));
            if (task.idle()) {
                wanted.add(task.comm().equals("swapper/0") ? "init_task" : "rq");
            } else if (task.pid() == task.tgid()) {
                wanted.addAll(List.of("tasks", "children", "pid"));
            } else {
                wanted.addAll(List.of("threads", "pid"));
            }
            assertEquals(wanted, ways, task::toString);
        }
    }

    @Test
    void aHiddenTaskIsFoundInOtherWays() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        hide(guest);
        Map<Integer, List<String>> ways = new HashMap<>();
        read(guest).all(GraphNode.Task.class).forEach(t -> ways.put(t.pid(), t.foundBy()));
        assertEquals(List.of("scan"), ways.get(30));
        assertTrue(Objects.requireNonNull(ways.get(130)).contains("scan"));
        assertEquals(
                new TreeSet<>(List.of("tasks", "children", "pid", "scan")),
                new TreeSet<>(Objects.requireNonNull(ways.get(31))));
    }

    /** A hidden task has a stack and credentials, or it is what an earlier boot left. */
    @Test
    void whatIsLeftOfATaskIsNoHiddenTask() throws IOException {
        for (Leaving leaving :
                List.<Leaving>of(
                        guest -> new TaskViolations(guest).takeStackOf(31, 30),
                        guest -> new TaskViolations(guest).dropCredentials(30),
                        guest -> free(guest, guest.task(30).address()),
                        guest -> unmap(guest, guest.task(30).address()))) {
            WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
            hide(guest);
            leaving.of(guest);
            ReadGuest read = read(guest);
            assertTrue(read.all(GraphNode.Task.class).stream().noneMatch(task -> task.pid() == 30));
        }
    }

    /** One that nobody has any more has VMAs and tables of its own, or an earlier boot left it. */
    @Test
    void whatIsLeftOfAnAddressSpaceIsNone() throws IOException {
        assertTrue(isFoundWithoutATask(_ -> {}));
        assertFalse(isFoundWithoutATask(guest -> free(guest, guest.mm(30).address())));
        assertFalse(isFoundWithoutATask(guest -> unmap(guest, guest.mm(30).address())));
        assertFalse(
                isFoundWithoutATask(
                        guest ->
                                new Damage(guest)
                                        .putU32(ofMm(guest, "map_count"), Integer.MAX_VALUE / 2)));
        assertFalse(isFoundWithoutATask(guest -> fillRoot(guest, _ -> 0)));
        assertFalse(
                isFoundWithoutATask(
                        guest -> {
                            Damage image = new Damage(guest);
                            long other = guest.mm(31).root();
                            fillRoot(guest, offset -> image.u64(other + offset));
                        }));
    }

    private boolean isFoundWithoutATask(Leaving leaving) throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        TaskViolations violations = new TaskViolations(guest);
        violations.takeMm(30);
        violations.takeMm(130);
        leaving.of(guest);
        return ReadGuest.of(guest).all(GraphNode.MmStruct.class).stream()
                .filter(mm -> mm.foundBy().equals(List.of("scan")))
                .anyMatch(mm -> mm.address() == guest.mm(30).address());
    }

    private static long ofMm(WrittenGuest guest, String member) {
        return guest.physical(guest.member(guest.mm(30).address(), "mm_struct", member));
    }

    private static void free(WrittenGuest guest, long va) throws IOException {
        long page = guest.geometry().pageSize();
        new TableViolations(guest).say(guest.physical(va) & -page, FrameUse.BUDDY);
    }

    /** As a crash kernel leaves alone what is another kernel's. */
    private static void unmap(WrittenGuest guest, long va) throws IOException {
        WrittenGuest.Leaf leaf = guest.leaf(guest.swapperPgDir(), va);
        new Damage(guest).putU64(leaf.table() + 8L * leaf.index(), 0);
    }

    /** What stands at an offset, in bytes, of a root table. */
    private interface Entries {
        long at(int offset) throws IOException;
    }

    private static void fillRoot(WrittenGuest guest, Entries entries) throws IOException {
        Damage image = new Damage(guest);
        for (int offset = 0; offset < guest.geometry().pgdSize(); offset += 8) {
            image.putU64(guest.mm(30).root() + offset, entries.at(offset));
        }
    }

    /** Takes process 30 off all lists, and its thread 130 off that of pids. */
    private static void hide(WrittenGuest guest) throws IOException {
        TaskViolations violations = new TaskViolations(guest);
        violations.unlinkFromTasks(30);
        violations.unlinkFromChildren(30);
        violations.unlinkFromPids(30);
        violations.unlinkFromPids(130);
    }

    private interface Leaving {
        void of(WrittenGuest guest) throws IOException;
    }

    @Test
    void plantedTablesAreTold() throws IOException {
        for (KernelEra era : KernelEra.values()) {
            WrittenGuest guest = write(G4K, era);
            TableViolations violations = new TableViolations(guest);
            long orphan = violations.orphanTable(1, 0x1000);
            long stale = violations.staleTable(1, 0x1000);
            WrittenGuest.Table unmarked = guest.table(guest.mm(30).root(), 3, 0x1000);
            WrittenGuest.Table slab = guest.table(guest.mm(31).root(), 3, 0x1000);
            violations.unmark(unmarked);
            violations.say(slab.pa(), FrameUse.SLAB);
            Map<Long, GraphNode.PageTable> tables = new HashMap<>();
            readPlanted(guest).all(GraphNode.PageTable.class).forEach(t -> tables.put(t.pa(), t));
            assertEquals(List.of("struct_page", "scan"), found(tables, orphan).foundBy());
            assertEquals(List.of("scan"), found(tables, stale).foundBy());
            assertEquals("other", found(tables, unmarked.pa()).frame());
            assertEquals("slab", found(tables, slab.pa()).frame());
        }
    }

    @Test
    void tablesOfTheKernelDoNotSpeakForThoseOfProcesses() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        List<String> marked = ReadGuest.of(guest).graph.checkpoint().markedLevels();
        assertEquals(List.of("user PMD", "user PTE", "user PUD"), marked);
        // All of the linear map's tables, which are more than the processes have.
        new TableViolations(guest).kernelTableInUserTree(30, 0, 1L << 46);
        assertEquals(marked, readPlanted(guest).graph.checkpoint().markedLevels());
    }

    /** A torn pointer may lead to any number of pages that look like tables. */
    @ParameterizedTest
    @ValueSource(strings = {"PMD", "PTE"})
    void memoryOfProcessesDoesNotSpeakForTables(String level) throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        List<String> marked = ReadGuest.of(guest).graph.checkpoint().markedLevels();
        assertTrue(marked.contains("user " + level));
        List<Long> pages = new ArrayList<>();
        for (int pid : new int[] {1, 30, 31}) {
            for (long va = 0x1000; va < 0x9000; va += 0x1000) {
                pages.add(guest.leaf(guest.mm(pid).root(), va).pa());
            }
        }
        Damage image = new Damage(guest);
        long pointer = guest.mm(30).root() + 8L * 5;
        for (int upper = 0; upper < (level.equals("PMD") ? 1 : 2); upper++) {
            long table = pages.removeFirst();
            image.putU64(pointer, table | 3);
            pointer = table;
        }
        for (int i = 0; i < pages.size(); i++) {
            image.putU64(pointer + 8L * i, pages.get(i) | 3);
        }
        long own =
                guest.tables().stream()
                        .filter(table -> table.name().equals(level) && table.va() >= 0)
                        .count();
        assertTrue(2 * own < pages.size(), () -> "only " + own);
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(marked, read.graph.checkpoint().markedLevels());
    }

    @Test
    void aKernelMayMarkItsOwnTables() throws IOException {
        WrittenGuest guest =
                GuestImageBuilder.guest(G4K)
                        .marksKernelTables()
                        .task(
                                1,
                                "init",
                                t -> t.mm(mm -> mm.vma(0x1000, 0x2000, "rw-p").page(0x1000)))
                        .write(folder.resolve("guest.raw"));
        List<String> marked =
                List.of(
                        "kernel PMD",
                        "kernel PTE",
                        "kernel PUD",
                        "user PMD",
                        "user PTE",
                        "user PUD");
        assertEquals(marked, read(guest).graph.checkpoint().markedLevels());
        new TableViolations(guest).kernelTableInUserTree(1, 0, 1L << 46);
        assertEquals(marked, readPlanted(guest).graph.checkpoint().markedLevels());
    }

    @Test
    void pagesThatTheKernelCountsOtherwiseAreTold() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        long page = guest.leaf(guest.mm(30).root(), 0x1000).pa();
        new TableViolations(guest).addMappings(page, 2);
        GraphNode.PageRange range =
                read(guest).all(GraphNode.PageRange.class).stream()
                        .filter(r -> r.pa() <= page && page < r.pa() + (r.pages() << 12))
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                new GraphNode.Frames.Mapcounts(1, 3),
                Objects.requireNonNull(range.frames()).mapcounts());
    }

    private static GraphNode.PageTable found(Map<Long, GraphNode.PageTable> tables, long pa) {
        return Objects.requireNonNull(tables.get(pa));
    }
}
