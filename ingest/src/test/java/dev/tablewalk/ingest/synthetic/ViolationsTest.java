package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Leaf;
import dev.tablewalk.ingest.synthetic.WrittenGuest.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planted stands where it is said to, and nothing else changes. */
class ViolationsTest {
    private static final long VA = 0x4000_0000_0000L;
    private static final long PAGE = 0x1000;
    private static final long WRITE = 1L << 51;
    private static final long READ_ONLY = 1L << 7;
    private static final long USER = 1L << 6;
    private static final long PXN = 1L << 53;
    private static final long UXN = 1L << 54;

    @TempDir Path folder;

    private WrittenGuest write(KernelEra era) throws IOException {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false)).era(era).ramSize(16 << 20);
        for (int pid : new int[] {1, 30, 31}) {
            guest.task(
                    pid,
                    "process",
                    t ->
                            t.thread(pid + 100, "thread")
                                    .mm(
                                            mm -> {
                                                mm.vma(VA, VA + 4 * PAGE, "rw-p").page(VA);
                                                mm.page(VA + PAGE);
                                                mm.vma(VA + 8 * PAGE, VA + 9 * PAGE, "r-xp");
                                            })
                                    .child(pid + 200, "child", _ -> {}));
        }
        return guest.write(folder.resolve("guest.raw"));
    }

    private WrittenGuest write() throws IOException {
        return write(KernelEra.LINUX_6_12);
    }

    /** An edit of an image. */
    private interface Edit {
        void run() throws IOException;
    }

    /** Physical addresses of the 8-byte words that an edit changes. */
    private static List<Long> changedBy(WrittenGuest guest, Edit edit) throws IOException {
        byte[] before = Files.readAllBytes(guest.path());
        edit.run();
        byte[] after = Files.readAllBytes(guest.path());
        List<Long> words = new ArrayList<>();
        for (int at = 0; at < before.length; at += 8) {
            for (int i = at; i < at + 8; i++) {
                if (before[i] != after[i]) {
                    words.add(guest.ramBase() + at);
                    break;
                }
            }
        }
        return words;
    }

    private static long word(WrittenGuest guest, long pa) throws IOException {
        try (RawImage image = new RawImage(guest)) {
            return image.u64(pa);
        }
    }

    private static List<Long> tasks(WrittenGuest guest, long head, String member)
            throws IOException {
        try (RawImage image = new RawImage(guest)) {
            return image.list(head, guest.member(0, "task_struct", member));
        }
    }

    @Test
    void unlinkedTasksAreMissingInThatListOnly() throws IOException {
        WrittenGuest guest = write();
        TaskViolations violations = new TaskViolations(guest);
        long idle = guest.task(0).address();
        long hidden = guest.task(30).address();
        long leaders = guest.member(idle, "task_struct", "tasks");
        long children = guest.member(idle, "task_struct", "children");
        violations.unlinkFromTasks(30);
        assertFalse(tasks(guest, leaders, "tasks").contains(hidden));
        assertTrue(tasks(guest, leaders, "tasks").contains(guest.task(31).address()));
        assertTrue(tasks(guest, children, "sibling").contains(hidden));
        violations.unlinkFromChildren(31);
        assertFalse(tasks(guest, children, "sibling").contains(guest.task(31).address()));
        assertTrue(tasks(guest, leaders, "tasks").contains(guest.task(31).address()));
        violations.unlinkFromThreads(101);
        try (RawImage image = new RawImage(guest)) {
            long signal = image.member(guest.task(1).address(), "task_struct", "signal");
            long threads = guest.member(signal, "signal_struct", "thread_head");
            assertEquals(List.of(guest.task(1).address()), tasks(guest, threads, "thread_node"));
        }
    }

    @Test
    void unlinkedPidsAreMissingInTheIdr() throws IOException {
        WrittenGuest guest = write();
        new TaskViolations(guest).unlinkFromPids(231);
        try (RawImage image = new RawImage(guest)) {
            long namespace = guest.symbols().getOrDefault("init_pid_ns", 0L);
            long idr = guest.member(namespace, "pid_namespace", "idr");
            Map<Integer, Long> pids =
                    WrittenTasksTest.xarray(image, guest, guest.member(idr, "idr", "idr_rt"));
            assertEquals(
                    List.of(1, 30, 31, 101, 130, 131, 201, 230), new ArrayList<>(pids.keySet()));
        }
    }

    @Test
    void aTaskLosesItsMmAndItsName() throws IOException {
        WrittenGuest guest = write();
        TaskViolations violations = new TaskViolations(guest);
        violations.takeMm(30);
        violations.rename(31, "kworker/0:1");
        try (RawImage image = new RawImage(guest)) {
            assertEquals(0, image.member(guest.task(30).address(), "task_struct", "mm"));
            long comm = guest.member(guest.task(31).address(), "task_struct", "comm");
            assertEquals("kworker/0:1", image.text(comm, 16));
        }
    }

    @Test
    void entriesAllowWhatTheyShouldNot() throws IOException {
        WrittenGuest guest = write();
        TableViolations violations = new TableViolations(guest);
        List<Leaf> planted = new ArrayList<>();
        List<Long> changed =
                changedBy(
                        guest,
                        () -> {
                            planted.add(violations.userWritableAndExecutable(1, VA));
                            planted.add(violations.kernelWritableAndExecutable());
                            planted.add(violations.textWritableInLinearMap());
                            planted.add(violations.rodataWritableInLinearMap());
                            planted.add(violations.leafOutsideRam(30, VA));
                        });
        assertEquals(
                planted.stream().map(l -> l.table() + 8L * l.index()).sorted().toList(), changed);
        for (Leaf leaf : planted) {
            assertEquals(leaf.raw(), word(guest, leaf.table() + 8L * leaf.index()));
            assertTrue(leaf.attributes().writable());
            assertEquals(WRITE, leaf.raw() & (WRITE | READ_ONLY));
        }
        assertEquals(USER | PXN, planted.get(0).raw() & (USER | PXN | UXN));
        assertEquals(UXN, planted.get(1).raw() & (USER | PXN | UXN));
        long text = guest.symbols().getOrDefault("_stext", 0L);
        assertEquals(guest.physical(text), planted.get(2).pa());
        assertEquals(guest.linear(planted.get(2).pa()), planted.get(2).va());
        assertTrue(planted.get(4).pa() >= guest.ramBase() + guest.ramSize());
    }

    @Test
    void userModeReachesTheKernel() throws IOException {
        WrittenGuest guest = write();
        Leaf leaf = new TableViolations(guest).userAccessToKernel();
        assertEquals(guest.swapperPgDir(), leaf.root());
        assertEquals(USER, word(guest, leaf.table() + 8L * leaf.index()) & USER);
        long above =
                new TableViolations(guest).limit(leaf.root(), 2, leaf.va(), TableLimit.NO_USER);
        assertEquals(3L << 60, word(guest, above) >>> 60 << 60);
    }

    @Test
    void limitsForbidWhatIsBelow() throws IOException {
        WrittenGuest guest = write();
        long root = guest.mm(1).root();
        long entry =
                new TableViolations(guest)
                        .limit(root, 1, VA, TableLimit.READ_ONLY, TableLimit.NO_EXECUTE);
        assertEquals(guest.table(root, 1, VA).pa(), entry);
        // With the limit that every table of a process has.
        assertEquals(0b1011L << 59, word(guest, entry) & 0x1fL << 59);
        assertEquals(guest.table(root, 2, VA).pa() | 3, word(guest, entry) & ~(0x1fL << 59));
    }

    @ParameterizedTest
    @EnumSource
    void anOrphanIsMarkedAndAStaleTableIsNot(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        TableViolations violations = new TableViolations(guest);
        long orphan = violations.orphanTable(1, VA);
        long stale = violations.staleTable(1, VA);
        long original = guest.table(guest.mm(1).root(), 3, VA).pa();
        int mark = era.pageTypeInByte() ? 0xf2000000 : 0xfffffdff;
        try (RawImage image = new RawImage(guest)) {
            for (long copy : new long[] {orphan, stale}) {
                assertArrayEquals(
                        image.bytes(original, 4096).array(), image.bytes(copy, 4096).array());
            }
            assertEquals(mark, image.bytes(guest.structPage(orphan) + 48, 4).getInt());
            assertEquals(-1, image.bytes(guest.structPage(stale) + 48, 4).getInt());
            assertEquals(mark, image.bytes(guest.structPage(original) + 48, 4).getInt());
        }
    }

    @ParameterizedTest
    @EnumSource
    void structPageSaysSomethingElse(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        TableViolations violations = new TableViolations(guest);
        Table unmarked = guest.table(guest.mm(1).root(), 3, VA);
        Table buddy = guest.table(guest.mm(30).root(), 3, VA);
        Table slab = guest.table(guest.mm(31).root(), 2, VA);
        List<Long> changed =
                changedBy(
                        guest,
                        () -> {
                            violations.unmark(unmarked);
                            violations.say(buddy.pa(), FrameUse.BUDDY);
                            violations.say(slab.pa(), FrameUse.SLAB);
                        });
        List<Long> pages =
                List.of(unmarked, buddy, slab).stream().map(t -> guest.structPage(t.pa())).toList();
        assertTrue(changed.stream().allMatch(c -> pages.contains(c & -64)));
        boolean typed = era.pageTypeInByte();
        try (RawImage image = new RawImage(guest)) {
            assertEquals(-1, image.bytes(pages.get(0) + 48, 4).getInt());
            int free = image.bytes(pages.get(1) + 48, 4).getInt();
            assertEquals(typed ? 0xf0000000 : 0xffffff7f, free);
            assertEquals(0, image.bytes(pages.get(1) + 52, 4).getInt());
            int kind = image.bytes(pages.get(2) + 48, 4).getInt();
            assertEquals(typed ? 0xf5000000 : -1, kind);
            assertEquals(typed ? 0 : 1 << 9, image.u64(pages.get(2)) & 1 << 9);
        }
    }

    @Test
    void tablesAreWhereTheyShouldNotBe() throws IOException {
        WrittenGuest guest = write();
        TableViolations violations = new TableViolations(guest);
        Table own = guest.table(guest.mm(1).root(), 3, VA);
        Leaf mapped = violations.mapTable(1, VA + PAGE, own);
        assertEquals(own.pa(), mapped.pa());
        Table shared = violations.shareTable(1, 30, VA);
        assertEquals(own, shared);
        Table kernel = violations.kernelTableInUserTree(31, 0, 0);
        assertEquals(guest.swapperPgDir(), kernel.root());
        try (RawImage image = new RawImage(guest)) {
            long entry = guest.table(guest.mm(30).root(), 2, VA).pa();
            assertEquals(own.pa(), image.address(image.u64(entry)));
            assertEquals(kernel.pa(), image.address(image.u64(guest.mm(31).root())));
            assertEquals(
                    List.of(own.pa(), own.pa()),
                    List.of(
                            image.address(image.u64(own.pa() + 8)),
                            image.address(image.walk(guest.mm(30).root()).get(1).raw())));
        }
    }

    @Test
    void aTableOfTheKernelHasTwoPlaces() throws IOException {
        WrittenGuest guest = write();
        Table table = new TableViolations(guest).kernelTableTwice();
        try (RawImage image = new RawImage(guest)) {
            long behind = guest.linear(guest.ramBase() + guest.ramSize());
            assertEquals(image.translate(table.va() + PAGE), image.translate(behind + PAGE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void structsCountWhatIsNot(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        long page = guest.leaf(guest.mm(1).root(), VA).pa();
        long task = guest.task(30).address();
        List<Long> changed =
                changedBy(
                        guest,
                        () -> {
                            new TableViolations(guest).addMappings(page, 3);
                            new TaskViolations(guest).dropReferences(30);
                        });
        assertEquals(2, changed.size());
        try (RawImage image = new RawImage(guest)) {
            assertEquals(3, image.bytes(guest.structPage(page) + 48, 4).getInt());
            assertEquals(0, image.kernelU32(guest.member(task, "task_struct", "usage")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void countersAreWrong(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        MmViolations violations = new MmViolations(guest);
        long mm = guest.mm(30).address();
        List<Long> changed =
                changedBy(
                        guest,
                        () -> {
                            violations.addTableBytes(30, 4096);
                            violations.addAnonPages(30, 7);
                            violations.addToMapCount(30, 1);
                            violations.addToTotalVm(30, 2);
                            violations.overlap(30, 0);
                        });
        assertEquals(5, changed.size());
        try (RawImage image = new RawImage(guest)) {
            assertEquals(4 + 1 + 2, image.member(mm, "mm_struct", "total_vm"));
            assertEquals(4 * 4096, image.member(mm, "mm_struct", "pgtables_bytes"));
            assertEquals(3, image.kernelU32(guest.member(mm, "mm_struct", "map_count")));
            assertEquals(2 + 7, StructPageTest.rss(image, guest, 30)[1]);
            WrittenGuest.Vma first = guest.mm(30).vmas().getFirst();
            assertEquals(VA + 9 * PAGE, image.member(first.address(), "vm_area_struct", "vm_end"));
        }
    }
}
