package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written can be found again by who knows only the formats. */
class GuestImageTest {
    @TempDir Path folder;

    static Stream<Arguments> kernels() {
        return Geometries.ARM64.stream()
                .flatMap(g -> Stream.of(KernelEra.values()).map(era -> Arguments.of(g, era)));
    }

    private WrittenGuest write(Geometry geometry, KernelEra era) throws IOException {
        long page = geometry.pageSize();
        GuestImageBuilder guest =
                GuestImageBuilder.guest(geometry)
                        .era(era)
                        .ramBase(0x8000_0000L)
                        .kaslr(0x2060_0000L, 0x40_0000)
                        .linearSlide(0x4000_0000L)
                        .layoutGaps(new Random(7))
                        .scatter(new Random(8))
                        .mapleSlots(3, 2)
                        .trampoline()
                        .decoys();
        long shared = guest.allocate();
        long top = 1L << geometry.vaBits();
        guest.task(
                1,
                "init",
                t ->
                        t.mm(
                                        mm -> {
                                            for (int i = 0; i < 40; i++) {
                                                long at = (16 + 4L * i) * page;
                                                mm.vma(at, at + 2 * page, "rw-p");
                                                mm.page(at).swap(at + page, i % 30, 1 + 77L * i);
                                            }
                                            mm.vma(top - 8 * page, top, "---p");
                                            mm.protNone(top - page).page(top - 2 * page, shared);
                                            mm.page(top - 3 * page, 0x900, LeafFlag.DEVICE);
                                        })
                                .thread(42, "init-w"));
        guest.task(
                3,
                "other",
                t ->
                        t.mm(
                                mm ->
                                        mm.vma(0x10 * page, 0x20 * page, "r-xp")
                                                .page(0x10 * page, shared)));
        guest.kernelThread(2, "kthreadd").zombie(7, "gone");
        return guest.write(folder.resolve("guest.raw"));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tablesHoldWhatWasAsked(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(geometry, era);
        try (RawImage image = new RawImage(guest)) {
            long swapper = guest.symbols().getOrDefault("swapper_pg_dir", 0L);
            assertEquals(guest.swapperPgDir(), image.translate(swapper));
            assertEquals(swapper - guest.kimageVoffset(), guest.swapperPgDir());
            for (WrittenGuest.Mm mm : guest.mms()) {
                Set<String> wanted = new TreeSet<>();
                guest.leaves().stream()
                        .filter(l -> l.root() == mm.root())
                        .forEach(l -> wanted.add(spell(l.level(), l.va(), l.raw())));
                guest.swaps().stream()
                        .filter(s -> s.root() == mm.root())
                        .forEach(s -> wanted.add(spell(s.level(), s.va(), s.raw())));
                Set<String> found = new TreeSet<>();
                image.walk(mm.root()).forEach(f -> found.add(spell(f.level(), f.va(), f.raw())));
                assertEquals(wanted, found);
            }
            for (WrittenGuest.Leaf leaf : guest.leaves()) {
                assertEquals(leaf.pa(), image.address(leaf.raw()) & -leaf.size());
                assertEquals(leaf.raw(), image.u64(leaf.table() + 8L * leaf.index()));
            }
        }
    }

    private static String spell(int level, long va, long raw) {
        return level + " " + Long.toHexString(va) + " " + Long.toHexString(raw);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tasksAndVmasAreLinked(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(geometry, era);
        try (RawImage image = new RawImage(guest)) {
            long init = guest.task(0).address();
            long tasks = guest.member(0, "task_struct", "tasks");
            long pid = guest.member(0, "task_struct", "pid");
            List<Integer> pids = new ArrayList<>();
            for (long task : image.list(init + tasks, tasks)) {
                pids.add(image.kernelU32(task + pid));
            }
            assertEquals(List.of(1, 3, 2, 7), pids);
            assertEquals("swapper/0", image.text(guest.member(init, "task_struct", "comm"), 16));

            long one = guest.task(1).address();
            long signal = image.kernelU64(guest.member(one, "task_struct", "signal"));
            long node = guest.member(0, "task_struct", "thread_node");
            List<Long> threads =
                    image.list(guest.member(signal, "signal_struct", "thread_head"), node);
            assertEquals(List.of(one, guest.task(42).address()), threads);
            long sibling = guest.member(0, "task_struct", "sibling");
            assertEquals(
                    List.of(guest.task(7).address()),
                    image.list(guest.member(one, "task_struct", "children"), sibling));

            long mm = image.kernelU64(guest.member(one, "task_struct", "mm"));
            assertEquals(guest.mm(1).address(), mm);
            assertEquals(
                    guest.mm(1).root(),
                    image.translate(image.kernelU64(guest.member(mm, "mm_struct", "pgd"))));
            List<Long> vmas = new ArrayList<>();
            if (era.mapleTree()) {
                vmas = image.maple(guest.member(mm, "mm_struct", "mm_mt"));
            } else {
                long vma = image.kernelU64(guest.member(mm, "mm_struct", "mmap"));
                while (vma != 0) {
                    vmas.add(vma);
                    vma = image.kernelU64(guest.member(vma, "vm_area_struct", "vm_next"));
                }
            }
            assertEquals(guest.mm(1).vmas().stream().map(WrittenGuest.Vma::address).toList(), vmas);
            assertEquals(41, vmas.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void vmcoreinfoStandsAtAPageAndInANote(KernelEra era) throws IOException {
        WrittenGuest guest = write(Geometry.arm64(12, 48, false), era);
        List<Long> starts = new ArrayList<>();
        try (RawImage image = new RawImage(guest)) {
            String wanted = "OSRELEASE=" + era.release() + "\n";
            for (long pa = guest.ramBase(); pa < guest.ramBase() + guest.ramSize(); pa += 4096) {
                for (int at : new int[] {0, 0x18}) {
                    ByteBuffer bytes = image.bytes(pa + at, wanted.length());
                    if (StandardCharsets.US_ASCII.decode(bytes).toString().equals(wanted)) {
                        starts.add((long) at);
                    }
                }
            }
        }
        // The first of them is stale.
        assertEquals(List.of(0L, 0L, 0x18L), starts.stream().sorted().toList());
    }

    @Test
    void smallRootsShareAPage() throws IOException {
        GuestImageBuilder guest = GuestImageBuilder.guest(Geometry.arm64(12, 52, true));
        for (int pid = 1; pid <= 3; pid++) {
            guest.task(pid, "small", t -> t.mm(mm -> mm.vma(0, 0x1000, "rw-p").page(0)));
        }
        WrittenGuest written = guest.write(folder.resolve("small.raw"));
        long first = written.mms().getFirst().root();
        assertEquals(
                List.of(first, first + 0x200, first + 0x400),
                written.mms().stream().map(WrittenGuest.Mm::root).toList());
    }

    @Test
    void threadsAndClonesShareAnMm() throws IOException {
        WrittenGuest guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .task(1, "one", t -> t.mm(mm -> mm.page(0x1000)).thread(2, "two"))
                        .task(3, "vfork", t -> t.sharesMmOf(1))
                        .write(folder.resolve("shared.raw"));
        assertEquals(1, guest.mms().size());
        assertEquals(guest.task(1).mm(), guest.task(2).mm());
        assertEquals(guest.task(1).mm(), guest.task(3).mm());
        try (RawImage image = new RawImage(guest)) {
            long users = guest.member(guest.mm(1).address(), "mm_struct", "mm_users");
            assertEquals(3, image.kernelU32(users));
        }
    }

    @Test
    void pathsLeadThroughMounts() throws IOException {
        WrittenGuest guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .mount("/mnt/disk", "ext4", 254, 1)
                        .task(
                                1,
                                "one",
                                t ->
                                        t.mm(
                                                mm ->
                                                        mm.vma(
                                                                0x1000,
                                                                0x2000,
                                                                "r--p",
                                                                "/mnt/disk/deep/file",
                                                                VmaBuilder::deleted)))
                        .write(folder.resolve("paths.raw"));
        WrittenGuest.Vma vma = guest.mm(1).vmas().getFirst();
        assertEquals("/mnt/disk/deep/file (deleted)", vma.name());
        try (RawImage image = new RawImage(guest)) {
            long file = image.kernelU64(guest.member(vma.address(), "vm_area_struct", "vm_file"));
            long path = guest.member(file, "file", "f_path");
            long mount =
                    image.kernelU64(guest.member(path, "path", "mnt"))
                            - guest.member(0, "mount", "mnt");
            long dentry = image.kernelU64(guest.member(path, "path", "dentry"));
            assertEquals("file", name(image, guest, dentry));
            long hash = guest.member(dentry, "dentry", "d_hash");
            assertEquals(0, image.kernelU64(guest.member(hash, "hlist_bl_node", "pprev")));
            long parent = image.kernelU64(guest.member(dentry, "dentry", "d_parent"));
            assertEquals("deep", name(image, guest, parent));
            long root = image.kernelU64(guest.member(parent, "dentry", "d_parent"));
            assertEquals(root, image.kernelU64(guest.member(root, "dentry", "d_parent")));
            long point = image.kernelU64(guest.member(mount, "mount", "mnt_mountpoint"));
            assertEquals("disk", name(image, guest, point));
            long above = image.kernelU64(guest.member(mount, "mount", "mnt_parent"));
            assertEquals(above, image.kernelU64(guest.member(above, "mount", "mnt_parent")));
        }
    }

    private static String name(RawImage image, WrittenGuest guest, long dentry) throws IOException {
        long name = guest.member(dentry, "dentry", "d_name");
        return image.text(image.kernelU64(guest.member(name, "qstr", "name")), 64);
    }

    @Test
    void damageLandsWhereItShould() throws IOException {
        WrittenGuest guest = write(Geometry.arm64(12, 48, false), KernelEra.LINUX_6_12);
        Damage damage = new Damage(guest);
        long root = guest.mm(1).root();
        Damage.Lost lost = damage.tableToItself(root, 2, 0x10000);
        assertTrue(lost.contains(root, 0x10000));
        assertFalse(lost.contains(root, 0x20_0000));
        assertFalse(lost.contains(guest.mm(3).root(), 0x10000));
        damage.taskListLoop(3);
        try (RawImage image = new RawImage(guest)) {
            long table = guest.table(root, 2, 0x10000).pa();
            assertEquals(table, image.address(image.u64(table)));
            long tasks = guest.member(guest.task(3).address(), "task_struct", "tasks");
            assertEquals(tasks, image.kernelU64(tasks));
        }
    }

    @Test
    void theLinearMapCoversAllOfRamEitherWay() throws IOException {
        for (boolean blocks : new boolean[] {false, true}) {
            GuestImageBuilder builder = GuestImageBuilder.guest(Geometry.arm64(12, 48, false));
            if (blocks) {
                builder.linearMapInBlocks();
            }
            WrittenGuest guest = builder.write(folder.resolve("linear.raw"));
            Set<Long> mapped = new HashSet<>();
            for (WrittenGuest.Leaf leaf : guest.leaves()) {
                if (leaf.va() < guest.geometry().linearEnd()) {
                    for (long at = 0; at < leaf.size(); at += 4096) {
                        mapped.add(leaf.pa() + at);
                    }
                    long text = guest.symbols().getOrDefault("_text", 0L);
                    boolean mixed = leaf.pa() >>> 21 == guest.physical(text) >>> 21;
                    assertEquals(blocks && !mixed ? 2 : 3, leaf.level());
                }
            }
            assertEquals(guest.ramSize() / 4096, mapped.size());
        }
    }
}
