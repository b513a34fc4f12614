package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.ReadGuest.Page;
import dev.tablewalk.ingest.ReadGuest.Target;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage is told of, and what is not damaged is still right. */
class DamagedGuestTest {
    private static final Geometry G4K = Geometry.arm64(12, 48, false);
    private static final long VA = 0x4000_0000_0000L;

    @TempDir Path folder;

    static Stream<Geometry> geometries() {
        return Geometries.ALL.stream();
    }

    private WrittenGuest write(Geometry geometry, KernelEra era) throws IOException {
        long page = geometry.pageSize();
        long va = Long.highestOneBit(geometry.userEnd()) >>> 2;
        GuestImageBuilder guest =
                GuestImageBuilder.guest(geometry)
                        .era(era)
                        .ramSize(64L << (20 + geometry.pageShift() - 12))
                        .linearMapInBlocks()
                        .mapleSlots(3, 2);
        for (int pid : new int[] {1, 30, 31}) {
            guest.task(
                    pid,
                    "process " + pid,
                    t -> {
                        t.mm(
                                mm -> {
                                    mm.vma(page, 5 * page, "rw-p").page(page).page(4 * page);
                                    for (int i = 0; i < 20; i++) {
                                        long at = va + 3L * i * page;
                                        mm.vma(at, at + page, "r-xp", "/lib/" + i).page(at);
                                        mm.swap(at + page, 1, 100L * pid + i);
                                    }
                                    mm.vma(2 * va, 2 * va + page, "---p").protNone(2 * va);
                                });
                        t.thread(pid + 100, "thread");
                        t.child(pid + 200, "child", c -> c.uid(5));
                    });
        }
        guest.kernelThread(2, "kthreadd").kernelThread(4, "kworker/0:1").zombie(9, "gone");
        return guest.write(folder.resolve("guest.raw"));
    }

    private static ReadGuest read(WrittenGuest guest) {
        return assertTimeoutPreemptively(Duration.ofSeconds(60), () -> ReadGuest.of(guest));
    }

    /** All but what lies behind a broken entry is as it was written. */
    private static void assertOnlyLost(WrittenGuest guest, ReadGuest read, Damage.Lost lost) {
        Map<Page, Target> found = read.pages();
        Map<Page, Target> wanted = ReadGuest.pages(guest, found);
        guest.leaves().stream()
                .filter(l -> lost.contains(l.root(), l.va()))
                .forEach(
                        l -> {
                            for (long at = 0; at < l.size(); at += guest.geometry().pageSize()) {
                                wanted.remove(new Page(l.table(), l.va() + at));
                            }
                        });
        found.keySet().retainAll(wanted.keySet());
        assertEquals(wanted, found);
        assertEquals(ReadGuest.tasks(guest), read.tasks());
    }

    @Test
    void withoutDamageNothingIsReported() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        ReadGuest read = read(guest);
        RandomGuestTest.assertSame(guest, read);
        assertEquals(new TreeSet<>(), read.anomalyKinds());
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void aTableThatPointsToItself(Geometry geometry) throws IOException {
        for (int level = geometry.rootLevel(); level <= 2; level++) {
            WrittenGuest guest = write(geometry, KernelEra.LINUX_6_12);
            long va = Long.highestOneBit(geometry.userEnd()) >>> 2;
            Damage.Lost lost = new Damage(guest).tableToItself(guest.mm(30).root(), level, va);
            ReadGuest read = read(guest);
            boolean aligned = guest.mm(30).root() % geometry.pageSize() == 0;
            if (level > geometry.rootLevel() || aligned) {
                assertTrue(
                        read.anomalyKinds().contains("table_at_two_levels"),
                        () -> read.anomalyKinds().toString());
            }
            assertOnlyLost(guest, read, lost);
        }
    }

    @Test
    void aTableThatPointsToItsRoot() throws IOException {
        for (int level = 0; level <= 2; level++) {
            WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
            Damage.Lost lost = new Damage(guest).tableToRoot(guest.mm(1).root(), level, VA);
            ReadGuest read = read(guest);
            assertTrue(read.anomalyKinds().contains("table_at_two_levels"));
            assertOnlyLost(guest, read, lost);
        }
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void aTableOutsideRam(Geometry geometry) throws IOException {
        WrittenGuest guest = write(geometry, KernelEra.LINUX_6_1);
        long va = Long.highestOneBit(geometry.userEnd()) >>> 2;
        Damage.Lost lost = new Damage(guest).tableOutsideRam(guest.mm(31).root(), 2, va);
        ReadGuest read = read(guest);
        assertEquals(
                new TreeSet<>(List.of("table_outside_ram", "torn_tables")), read.anomalyKinds());
        assertOnlyLost(guest, read, lost);
    }

    @Test
    void descriptorsThatMeanNothing() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        long root = guest.mm(1).root();
        // A "block" at level 3, and a block at level 0.
        Damage.Lost page = new Damage(guest).entry(root, 3, VA, 0x4000_0000L | 0x701);
        ReadGuest read = read(guest);
        assertTrue(read.anomalyKinds().contains("reserved_descriptor"));
        assertOnlyLost(guest, read, page);
        Damage.Lost block = new Damage(guest).entry(root, 0, VA, 0x4000_0000L | 0x701);
        read = read(guest);
        assertTrue(read.anomalyKinds().contains("reserved_descriptor"));
        assertOnlyLost(guest, read, block);
    }

    @Test
    void aTornTaskListIsHealedByTheTreeOfChildren() throws IOException {
        for (int pid : new int[] {1, 30, 2}) {
            WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
            new Damage(guest).taskListTorn(pid);
            ReadGuest read = read(guest);
            assertTrue(read.anomalies() > 0);
            RandomGuestTest.assertSame(guest, read);
        }
    }

    @Test
    void aTaskListThatRunsInACircleIsHealedToo() throws IOException {
        for (int pid : new int[] {1, 31, 4}) {
            WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
            new Damage(guest).taskListLoop(pid);
            ReadGuest read = read(guest);
            assertTrue(read.anomalies() > 0);
            RandomGuestTest.assertSame(guest, read);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"children", "sibling", "thread_node"})
    void otherTornListsLoseNoOtherTask(String list) throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        long address = guest.task(30).address();
        new Damage(guest).member(address, "task_struct", list, 0xdead_0000_0000_0122L);
        ReadGuest read = read(guest);
        assertTrue(read.anomalies() > 0);
        Set<String> wanted = ReadGuest.tasks(guest);
        if (list.equals("thread_node")) {
            // The list goes on from the leader, so its thread is nowhere else.
            wanted.removeIf(t -> t.contains("130 30 thread"));
        }
        TreeSet<String> missing = new TreeSet<>(wanted);
        missing.removeAll(read.tasks());
        assertEquals(new TreeSet<>(), missing);
    }

    @Test
    void anMmThatLeadsNowhere() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        new Damage(guest).mmTorn(30);
        ReadGuest read = read(guest);
        assertTrue(read.anomalyKinds().contains("mm_unreadable"));
        // Its thread still has it.
        RandomGuestTest.assertSamePages(guest, read);
        assertEquals(ReadGuest.vmas(guest), read.vmas());
        assertEquals(ReadGuest.tasks(guest).size(), read.tasks().size());
    }

    @Test
    void aRootOutsideRam() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        long root = guest.mm(31).root();
        new Damage(guest).pgdOutsideRam(31);
        ReadGuest read = read(guest);
        assertTrue(read.anomalies() > 0);
        assertOnlyLost(guest, read, new Damage.Lost(root, 0, -1));
    }

    @Test
    void aTreeOfVmasThatLeadsNowhere() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        new Damage(guest).mapleRootGarbage(1);
        ReadGuest read = read(guest);
        assertTrue(read.anomalyKinds().contains("vma_tree_broken"));
        Set<String> wanted = ReadGuest.vmas(guest);
        String mm = "0x" + Long.toHexString(guest.task(1).mm()) + " ";
        wanted.removeIf(v -> v.startsWith(mm));
        assertEquals(wanted, read.vmas());
        RandomGuestTest.assertSamePages(guest, read);
    }

    @Test
    void noiseInNodesOfTheTreeOfVmas() throws IOException {
        int nodes = write(G4K, KernelEra.LINUX_6_12).mapleNodes().size();
        Random random = new Random(3);
        for (int node = 0; node < nodes; node += 5) {
            WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
            new Damage(guest).mapleNodeNoise(node, random);
            ReadGuest read = read(guest);
            assertTrue(read.anomalies() > 0);
            RandomGuestTest.assertSamePages(guest, read);
            assertEquals(ReadGuest.tasks(guest), read.tasks());
        }
    }

    @Test
    void aListOfVmasThatRunsInACircle() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_5_15);
        long vma = guest.mm(30).vmas().get(7).address();
        new Damage(guest).member(vma, "vm_area_struct", "vm_next", vma);
        ReadGuest read = read(guest);
        assertTrue(read.anomalyKinds().contains("vma_list_loop"));
        RandomGuestTest.assertSamePages(guest, read);
        assertEquals(14, missing(ReadGuest.vmas(guest), read.vmas()));
    }

    private static int missing(Set<String> wanted, Set<String> found) {
        TreeSet<String> rest = new TreeSet<>(wanted);
        rest.removeAll(found);
        return rest.size();
    }

    @ParameterizedTest
    @EnumSource
    void aCountThatCannotBe(KernelEra era) throws IOException {
        WrittenGuest guest = write(G4K, era);
        new Damage(guest).absurdMapCount(30);
        RandomGuestTest.assertSame(guest, read(guest));
    }

    @Test
    void foldersThatContainThemselves() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        long vma = guest.mm(30).vmas().get(7).address();
        // The dentry of another VMA's file becomes this VMA's file: both its path and inode.
        long file = guest.member(vma, "vm_area_struct", "vm_file");
        new Damage(guest).putU64(guest.physical(file), vma);
        ReadGuest read = read(guest);
        RandomGuestTest.assertSamePages(guest, read);
        assertEquals(ReadGuest.tasks(guest), read.tasks());
        assertTrue(missing(ReadGuest.vmas(guest), read.vmas()) <= 1);
    }

    @Test
    void tablesThatAreReachedAMillionTimes() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        Damage damage = new Damage(guest);
        long root = guest.mm(1).root();
        for (int level = 0; level <= 2; level++) {
            long table = guest.table(root, level, VA).pa();
            long below = guest.table(root, level + 1, VA).pa();
            for (int i = 0; i < 512; i++) {
                damage.putU64(table + 8L * i, below | 3);
            }
        }
        ReadGuest read = read(guest);
        assertEquals(ReadGuest.tasks(guest), read.tasks());
    }

    @Test
    void aTableThatTwoAddressSpacesShareIsNoDamage() throws IOException {
        // As hugetlb and others share them.
        GuestImageBuilder builder = GuestImageBuilder.guest(G4K);
        for (int pid : new int[] {1, 2}) {
            builder.task(
                    pid,
                    "sharer",
                    t ->
                            t.mm(
                                    mm -> {
                                        mm.vma(VA, VA + 0x20_0000, "rw-s", "/dev/zero").page(VA);
                                        mm.page(VA + 0x5000).vma(0x1000, 0x2000, "---p");
                                    }));
        }
        WrittenGuest guest = builder.write(folder.resolve("shared.raw"));
        long first = guest.mm(1).root();
        long second = guest.mm(2).root();
        long table = guest.table(first, 3, VA).pa();
        new Damage(guest).entry(second, 2, VA, table | 3);
        ReadGuest read = read(guest);
        assertEquals(new TreeSet<>(), read.anomalyKinds());
        assertEquals(ReadGuest.vmas(guest), read.vmas());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void noiseAllOverRam(int seed) throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_12);
        Damage damage = new Damage(guest);
        Random random = new Random(seed);
        // Where everything is: the first 8 MiB.
        for (int i = 0; i < 40; i++) {
            long pa = guest.ramBase() + random.nextLong(8 << 20) / 8 * 8;
            damage.noise(pa, 8 + random.nextInt(32) * 8, random);
        }
        try {
            read(guest);
        } catch (UserError e) {
            assertEquals(UserError.Kind.IMAGE, e.kind());
        }
    }

    @Test
    void swapEntriesWithNothingToLearnFrom() throws IOException {
        // No PROT_NONE anywhere that would tell how this kernel writes entries that are not valid.
        for (KernelEra era : KernelEra.values()) {
            GuestImageBuilder builder = GuestImageBuilder.guest(G4K).era(era);
            builder.task(
                    1,
                    "init",
                    t ->
                            t.mm(
                                    mm -> {
                                        mm.vma(VA, VA + 0x10_0000, "rw-p");
                                        for (int i = 1; i < 200; i++) {
                                            mm.swap(VA + i * 0x1000L, 0, 0x100 + i);
                                        }
                                    }));
            WrittenGuest guest = builder.write(folder.resolve("swap.raw"));
            ReadGuest read = read(guest);
            Set<String> swaps = read.swaps();
            assertEquals(ReadGuest.swaps(guest, swaps), swaps, era::name);
        }
    }

    /** One VMA that lies about what it allows must not decide for all. */
    @Test
    void aVmaWithAnImpossibleProtection() throws IOException {
        WrittenGuest guest = write(G4K, KernelEra.LINUX_6_1);
        long vma = guest.mm(1).vmas().getFirst().address();
        Damage damage = new Damage(guest);
        damage.member(vma, "vm_area_struct", "vm_flags", 0x70);
        damage.member(vma, "vm_area_struct", "vm_page_prot", 0x100);
        ReadGuest read = read(guest);
        RandomGuestTest.assertSamePages(guest, read);
        Set<String> swaps = read.swaps();
        assertEquals(ReadGuest.swaps(guest, swaps), swaps);
    }

    @Test
    void memoryOfNoRamIsToldFromDevices() throws IOException {
        WrittenGuest guest =
                GuestImageBuilder.guest(G4K)
                        .task(
                                1,
                                "init",
                                t ->
                                        t.mm(
                                                mm ->
                                                        mm.vma(VA, VA + 0x3000, "rw-p")
                                                                .page(VA)
                                                                .page(
                                                                        VA + 0x1000,
                                                                        0x9000,
                                                                        LeafFlag.DEVICE)
                                                                .page(VA + 0x2000, 0xa000)))
                        .write(folder.resolve("device.raw"));
        ReadGuest read = read(guest);
        assertEquals(new TreeSet<>(List.of("leaf_outside_ram")), read.anomalyKinds());
        TreeSet<String> kinds = new TreeSet<>();
        read.all(GraphNode.PageRange.class)
                .forEach(r -> kinds.add(r.kind() + (r.pa() < guest.ramBase() ? r.pages() : "")));
        assertEquals(new TreeSet<>(List.of("device1", "ram", "reserved1")), kinds);
        RandomGuestTest.assertSame(guest, read);
    }
}
