package dev.tablewalk.ingest.synthetic;

import java.util.List;

/**
 * A small machine to show: an init with its services, a shell, a few workers that share a library
 * and a segment of memory, kernel threads, and one process that was never reaped.
 */
public final class DemoGuest {
    private static final List<String> SERVICES =
            List.of("udevd", "syslogd", "crond", "sshd", "dbus-daemon", "getty", "ntpd", "dhcpcd");
    private static final List<String> KERNEL_THREADS =
            List.of(
                    "rcu_preempt",
                    "migration/0",
                    "ksoftirqd/0",
                    "kworker/0:0",
                    "kswapd0",
                    "khugepaged",
                    "kcompactd0",
                    "oom_reaper",
                    "writeback",
                    "jbd2/vda1-8");

    private final Geometry geometry;
    private final long code;
    private final long library;
    private final long stackEnd;
    private final long shared;
    private final long arena;

    private DemoGuest(Geometry geometry) {
        this.geometry = geometry;
        this.code = place(0xaaaa_aaaa_0000L);
        this.library = place(0xffff_9000_0000L);
        this.stackEnd = place(0xffff_ff00_0000L);
        this.shared = place(0xffff_8000_0000L);
        this.arena = place(0xffff_4000_0000L);
    }

    /** Of an address in 48 bits, the one that lies as far up where a process has fewer. */
    private long place(long va) {
        return va >>> (Long.numberOfLeadingZeros(geometry.userEnd() - 1) - 16);
    }

    /** Kernels of which there is one, each of another architecture. */
    public static List<Geometry> geometries() {
        return List.of(Geometry.arm64(12, 48, false), Geometry.x86(4));
    }

    /** The guest of the first of them. */
    public static GuestImageBuilder at(boolean later) {
        return at(geometries().getFirst(), later);
    }

    /**
     * The guest at one of two moments; between them a worker ends, a process starts, and memory
     * goes to swap.
     */
    public static GuestImageBuilder at(Geometry geometry, boolean later) {
        return new DemoGuest(geometry).build(later);
    }

    private GuestImageBuilder build(boolean later) {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(geometry)
                        .kaslr(
                                switch (geometry) {
                                    case Arm64Geometry _ -> 0x1234_5a0_0000L;
                                    case X86Geometry _ -> 0x1a0_0000L;
                                },
                                0x20_0000)
                        .linearSlide(0x2_4000_0000L)
                        .cpus(2)
                        .mount("/proc", "proc", 0, 20)
                        .mount("/dev/shm", "tmpfs", 0, 22);
        long libraryPfn = guest.allocate(48, 1);
        long sharedPfn = guest.allocate(16, 1);
        guest.task(
                1,
                "init",
                init -> {
                    init.mm(mm -> program(mm, "/sbin/init", libraryPfn, 6));
                    int pid = 100;
                    for (String service : SERVICES) {
                        int uid = pid % 3 == 0 ? 100 : 0;
                        init.child(
                                pid,
                                service,
                                t ->
                                        t.uid(uid)
                                                .mm(
                                                        mm ->
                                                                program(
                                                                        mm,
                                                                        "/usr/sbin/" + service,
                                                                        libraryPfn,
                                                                        10)));
                        pid += 7;
                    }
                    init.child(
                            300,
                            "sh",
                            shell ->
                                    shell.uid(1000)
                                            .mm(mm -> program(mm, "/bin/sh", libraryPfn, 8))
                                            .child(
                                                    310,
                                                    "workers",
                                                    w -> workers(w, libraryPfn, sharedPfn, later)));
                    if (later) {
                        init.child(
                                400,
                                "backup",
                                t -> t.mm(mm -> program(mm, "/usr/bin/backup", libraryPfn, 20)));
                    }
                });
        guest.kernelThread(2, "kthreadd");
        int pid = 3;
        for (String name : KERNEL_THREADS) {
            guest.kernelThread(pid++, name);
        }
        guest.kernelThread(pid, "kworker/u4:1-events_unbound");
        return guest.zombie(290, "defunct");
    }

    private void program(MmBuilder mm, String path, long libraryPfn, int heapPages) {
        mm.vma(code, code + 0x4000, "r-xp", path)
                .vma(code + 0x4000, code + 0x6000, "rw-p", path, v -> v.pgoff(4))
                .heap(code + 0x10_0000, code + 0x10_0000 + heapPages * 0x1000L)
                .vma(library, library + 0x3_0000, "r-xp", "/lib/libc.so.6")
                .vma(library + 0x3_0000, library + 0x4_0000, "---p", "/lib/libc.so.6")
                .vma(library + 0x4_0000, library + 0x4_2000, "rw-p", "/lib/libc.so.6")
                .stack(stackEnd - 0x2_0000, stackEnd)
                .vdso(stackEnd + 0x1_0000, stackEnd + 0x1_1000);
        for (int i = 0; i < 6; i++) {
            mm.page(code + i * 0x1000L);
        }
        for (int i = 0; i < heapPages; i++) {
            mm.page(code + 0x10_0000 + i * 0x1000L);
        }
        mm.pages(library, libraryPfn, 0x30);
        mm.page(library + 0x4_0000).page(library + 0x4_1000);
        for (int i = 1; i <= 3; i++) {
            mm.page(stackEnd - i * 0x1000L);
        }
    }

    private void workers(TaskBuilder worker, long libraryPfn, long sharedPfn, boolean later) {
        worker.uid(1000)
                .mm(
                        mm -> {
                            program(mm, "/home/user/workers", libraryPfn, 24);
                            mm.vma(shared, shared + 0x1_0000, "rw-s", "/dev/shm/queue");
                            mm.pages(shared, sharedPfn, 16);
                            mm.vma(arena, arena + 0x40_0000, "rw-p");
                            mm.block(2, arena);
                            for (int i = 0; i < 32; i++) {
                                long va = arena + 0x20_0000 + i * 0x1000L;
                                if (later && i >= 16) {
                                    mm.swap(va, 0, 0x100 + i);
                                } else {
                                    mm.page(va);
                                }
                            }
                            mm.vma(arena + 0x50_0000, arena + 0x51_0000, "---p");
                            mm.protNone(arena + 0x50_0000);
                        });
        worker.thread(311, "worker-0").thread(312, "worker-1");
        if (!later) {
            worker.thread(313, "worker-2");
        }
        worker.child(
                320,
                "reader",
                reader ->
                        reader.mm(
                                mm -> {
                                    program(mm, "/home/user/reader", libraryPfn, 8);
                                    mm.vma(shared, shared + 0x1_0000, "r--s", "/dev/shm/queue");
                                    mm.pages(shared, sharedPfn, 16);
                                    mm.vma(
                                            shared + 0x10_0000,
                                            shared + 0x10_4000,
                                            "r--p",
                                            "/tmp/scratch",
                                            VmaBuilder::deleted);
                                    mm.page(shared + 0x10_0000);
                                }));
    }
}
