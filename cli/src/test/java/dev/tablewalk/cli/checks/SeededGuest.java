package dev.tablewalk.cli.checks;

import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.MmBuilder;
import dev.tablewalk.ingest.synthetic.MmViolations;
import dev.tablewalk.ingest.synthetic.TableViolations;
import dev.tablewalk.ingest.synthetic.TaskViolations;
import dev.tablewalk.ingest.synthetic.VmaBuilder;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A written guest that is sound but for the seeds that are planted in it. Its processes map the
 * same kinds of memory, and each seed has some of its own.
 */
public final class SeededGuest {
    private static final int FIRST_PID = 100;

    /** Pids that each seed may use. */
    private static final int PIDS = 10;

    final WrittenGuest guest;
    final TaskViolations tasks;
    final TableViolations tables;
    final MmViolations mms;
    final Damage damage;

    /** A kernel and how it was built. */
    public record Kernel(String name, Geometry geometry, KernelEra era) {
        /** Kernels that differ in what checks depend on, the most common one first. */
        public static final List<Kernel> ALL =
                List.of(
                        new Kernel("6.12", Geometry.arm64(12, 48, false), KernelEra.LINUX_6_12),
                        new Kernel(
                                "6.12, five levels",
                                Geometry.arm64(12, 52, true),
                                KernelEra.LINUX_6_12),
                        new Kernel(
                                "6.12, 16 KiB, LPA2",
                                Geometry.arm64(14, 52, true),
                                KernelEra.LINUX_6_12),
                        new Kernel(
                                "6.1, 64 KiB", Geometry.arm64(16, 48, false), KernelEra.LINUX_6_1),
                        new Kernel(
                                "5.15, 39 bits",
                                Geometry.arm64(12, 39, false),
                                KernelEra.LINUX_5_15),
                        new Kernel("6.12, x86-64", Geometry.x86(4), KernelEra.LINUX_6_12),
                        new Kernel(
                                "6.1, x86-64, five levels", Geometry.x86(5), KernelEra.LINUX_6_1));

        /** As a test is named. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** Where processes have what, by the size of pages and tables. */
    static final class Places {
        final Geometry geometry;
        final long page;

        Places(Geometry geometry) {
            this.geometry = geometry;
            this.page = geometry.pageSize();
        }

        /** Eight anonymous pages that are present, in a VMA of ten. */
        long data() {
            return 16 * page;
        }

        /** The program's code: two pages of four. */
        long text() {
            return 32 * page;
        }

        /** Nothing, in a last-level table that there is. */
        long unused() {
            return 64 * page;
        }

        /** Nothing, in a table above the last level that there is. */
        long withoutTable() {
            return 2 * geometry.entrySize(2);
        }

        /** Nothing, as far as a table of huge pages reaches, from the start of one on. */
        long huge() {
            return library() + geometry.entrySize(1);
        }

        long block() {
            return geometry.entrySize(2);
        }

        private long library() {
            return Long.highestOneBit(geometry.userEnd()) >>> 1;
        }
    }

    private SeededGuest(WrittenGuest guest) {
        this.guest = guest;
        this.tasks = new TaskViolations(guest);
        this.tables = new TableViolations(guest);
        this.mms = new MmViolations(guest);
        this.damage = new Damage(guest);
    }

    /**
     * Writes a guest with these seeds.
     *
     * @return how the constraints tell of them
     */
    public static List<Expected> write(Path path, Kernel kernel, List<Seed> seeds)
            throws IOException {
        Places places = new Places(kernel.geometry);
        GuestImageBuilder guest = sound(kernel, places);
        for (int i = 0; i < seeds.size(); i++) {
            seeds.get(i).ground().prepare(guest, places, pid(i));
        }
        SeededGuest written = new SeededGuest(guest.write(path));
        Map<String, String> columns = new HashMap<>();
        seeds.forEach(s -> columns.put(s.constraint(), s.column()));
        List<Expected> expected = new ArrayList<>();
        for (int i = 0; i < seeds.size(); i++) {
            Seed seed = seeds.get(i);
            Object value = seed.planting().plant(written, places, pid(i));
            expected.add(new Expected(seed.constraint(), seed.column(), value));
            for (Seed.Also also : seed.also()) {
                String column = columns.getOrDefault(also.constraint(), "none");
                Object seen = also.where().plant(written, places, pid(i));
                expected.add(new Expected(also.constraint(), column, seen));
            }
        }
        return expected;
    }

    /** Writes a sound guest whose kernel has other options than distributions give theirs. */
    static void writeUnusual(Path path, Kernel kernel) throws IOException {
        sound(kernel, new Places(kernel.geometry))
                .withoutGroupScheduling()
                .withoutKallsyms()
                .usesInitMemory()
                .write(path);
    }

    private static int pid(int seed) {
        return FIRST_PID + PIDS * seed;
    }

    private static GuestImageBuilder sound(Kernel kernel, Places places) {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(kernel.geometry)
                        .era(kernel.era)
                        .cpus(2)
                        .cpusDown(2)
                        .addedMemory(kernel.geometry.entrySize(2))
                        .efi()
                        .trampoline()
                        .identityMap()
                        // Enough for some tables of the linear map.
                        .ramSize(Math.max(32L << 20, 8 * kernel.geometry.entrySize(2)))
                        .mount("/dev/shm", "tmpfs", 0, 22);
        long library = guest.allocate(4, 1);
        long shared = guest.allocate();
        for (int pid : new int[] {1, 30, 31}) {
            guest.task(
                    pid,
                    "process",
                    t -> {
                        t.mm(mm -> program(mm, places));
                        t.mm(mm -> withShared(mm, places, library, shared));
                        t.thread(pid + 50, "thread");
                    });
        }
        guest.kernelThread(2, "kthreadd").kernelThread(4, "kworker/0:1").zombie(9, "gone");
        return guest.freedTask(50, "freed");
    }

    /** What every process has. */
    static void program(MmBuilder mm, Places at) {
        mm.vma(at.data(), at.data() + 10 * at.page, "rw-p");
        for (int i = 0; i < 8; i++) {
            mm.page(at.data() + i * at.page);
        }
        mm.vma(at.text(), at.text() + 4 * at.page, "r-xp", "/bin/program");
        mm.page(at.text()).page(at.text() + at.page);
    }

    private static void withShared(MmBuilder mm, Places at, long library, long shared) {
        long va = at.library();
        mm.vma(va, va + 8 * at.page, "r-xp", "/lib/libc.so.6").pages(va, library, 4);
        long shm = va + 16 * at.page;
        mm.vma(shm, shm + at.page, "rw-s", "/dev/shm/queue").page(shm, shared);
        mm.swap(at.data() + 8 * at.page, 0, 0x1234);
        long nothing = va + 32 * at.page;
        mm.vma(nothing, nothing + 2 * at.page, "---p").protNone(nothing);
        mm.stack(va + 64 * at.page, va + 72 * at.page).page(va + 71 * at.page);
        mm.vdso(va + 80 * at.page, va + 81 * at.page).page(va + 80 * at.page);
        long huge = at.huge();
        mm.vma(huge, huge + 2 * at.block(), "rw-p").hugeZero(huge).hugeZero(huge + at.block());
        // The kernel's own pages, from drivers: a virtual CPU's state, a device's buffer.
        long vcpu = va + 96 * at.page;
        mm.vma(
                        vcpu,
                        vcpu + at.page,
                        "rw-s",
                        "anon_inode:kvm-vcpu:0",
                        v -> v.pseudo("anon_inodefs", "kvm-vcpu:0", ""))
                .page(vcpu);
        mm.vma(vcpu + at.page, vcpu + 2 * at.page, "rw-s", "/dev/buffer", VmaBuilder::driver)
                .page(vcpu + at.page);
        // A page of shared memory that a driver maps as well, which the kernel does not count.
        mm.vma(
                        vcpu + 2 * at.page,
                        vcpu + 3 * at.page,
                        "rw-s",
                        "/dev/card",
                        v -> v.driver().pfnMap())
                .page(vcpu + 2 * at.page, shared, LeafFlag.WRITABLE, LeafFlag.SPECIAL);
    }

    /** A process like the others. */
    static void process(GuestImageBuilder guest, Places places, int pid) {
        process(guest, places, pid, _ -> {});
    }

    /** A process like the others, with something more. */
    static void process(GuestImageBuilder guest, Places places, int pid, Consumer<MmBuilder> more) {
        guest.task(pid, "process", t -> t.mm(mm -> program(mm, places)).mm(more));
    }

    long root(int pid) {
        return guest.mm(pid).root();
    }

    WrittenGuest.Leaf leaf(int pid, long va) {
        return guest.leaf(root(pid), va);
    }

    /** The nth last-level table of the linear map. */
    WrittenGuest.Table linearTable(int n) {
        long pa = guest.ramBase() + n * guest.geometry().entrySize(2);
        return guest.table(guest.swapperPgDir(), 3, guest.linear(pa));
    }

    WrittenGuest.Table lastTable(int pid, long va) {
        return guest.table(root(pid), 3, va);
    }
}
