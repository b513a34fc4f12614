package dev.tablewalk.ingest;

import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.MmBuilder;
import dev.tablewalk.ingest.synthetic.VmaBuilder;
import dev.tablewalk.ingest.synthetic.X86Geometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Guests at random: all of the builder's choices, and page tables full of everything. */
final class RandomGuest {
    private static final List<String> FILES =
            List.of("/bin/sh", "/lib/libc.so.6", "/srv/data/a b", "/tmp/x\n", "/very/deep/in/it");
    private static final LeafFlag[] USER_FLAGS = {
        LeafFlag.WRITABLE,
        LeafFlag.CLEAN,
        LeafFlag.DIRTY,
        LeafFlag.EXECUTABLE,
        LeafFlag.OLD,
        LeafFlag.SPECIAL,
        LeafFlag.NON_CACHEABLE,
        LeafFlag.PROT_NONE,
        LeafFlag.KERNEL,
    };

    private final Random random;
    private final Geometry geometry;
    private final GuestImageBuilder guest;
    private final List<Long> shared = new ArrayList<>();
    private long slot = 1;

    private RandomGuest(Geometry geometry, KernelEra era, long seed) {
        this.random = new Random(seed);
        this.geometry = geometry;
        this.guest = GuestImageBuilder.guest(geometry).era(era);
    }

    static GuestImageBuilder of(Geometry geometry, KernelEra era, long seed) {
        RandomGuest random = new RandomGuest(geometry, era, seed);
        long[] bases = {0x4000_0000L, 0x8000_0000L, 0x4820_0000L, 0x20_0000_0000L};
        if (geometry instanceof X86Geometry) {
            bases[0] = 0;
        }
        return random.build(bases[random.random.nextInt(bases.length)]);
    }

    /** The same, its RAM at a given place. */
    static GuestImageBuilder at(Geometry geometry, KernelEra era, long seed, long base) {
        return new RandomGuest(geometry, era, seed).build(base);
    }

    private GuestImageBuilder build(long base) {
        guest.ramBase(base);
        // As many pages whatever their size; the image is sparse.
        guest.ramSize((32L + random.nextInt(3) * 16L) << (20 + geometry.pageShift() - 12));
        if (base == 0 && random.nextBoolean()) {
            guest.hole((20L + random.nextInt(5) * 2L) << 20);
        }
        guest.kaslr(
                random.nextLong(geometry.kaslrRange() >>> 21) << 21,
                (long) random.nextInt(8) << 21);
        guest.linearSlide((long) random.nextInt(4) << 30);
        guest.mapleSlots(2 + random.nextInt(14), 2 + random.nextInt(9));
        guest.vmcoreinfo(random.nextBoolean(), true);
        if (random.nextBoolean()) {
            guest.scatter(new Random(random.nextLong()));
        }
        if (random.nextBoolean()) {
            guest.layoutGaps(new Random(random.nextLong()));
        }
        if (random.nextBoolean()) {
            guest.linearMapInBlocks();
        }
        switch (random.nextInt(3)) {
            case 0 -> guest.withoutKallsyms();
            case 1 -> guest.kallsymsOfFunctionsOnly();
            default -> {}
        }
        if (random.nextBoolean()) {
            guest.trampoline();
        }
        if (random.nextBoolean()) {
            guest.identityMap();
        }
        if (random.nextBoolean()) {
            guest.decoys();
        }
        if (random.nextBoolean()) {
            guest.mount("/srv/data", "ext4", 254, random.nextInt(1 << 20));
        }
        for (int i = 0; i < 4; i++) {
            shared.add(guest.allocate());
        }
        guest.cpus(1 + random.nextInt(3));
        guest.task(
                1,
                "init",
                t -> {
                    t.mm(this::addressSpace).thread(100, "init-thread");
                    t.child(
                            200,
                            "a child\twith \u00e9",
                            c -> c.uid(1000).execId(1L << 32 | 7).mm(this::addressSpace));
                });
        guest.kernelThread(2, "kthreadd").kernelThread(3, "kworker/u8:2-a-long-name");
        if (random.nextBoolean()) {
            guest.task(300, "vfork", t -> t.sharesMmOf(200).state("D"));
        }
        if (random.nextBoolean()) {
            guest.task(4_000_000, "far", t -> t.mm(this::addressSpace).state("R"));
        }
        return guest.zombie(301, "zombie");
    }

    private void addressSpace(MmBuilder mm) {
        long page = geometry.pageSize();
        long end = geometry.userEnd();
        long at = page * (1 + random.nextInt(64));
        int vmas = 2 + random.nextInt(20);
        for (int i = 0; i < vmas; i++) {
            int pages = 1 + random.nextInt(24);
            vma(mm, at, pages);
            at += pages * page;
            if (random.nextBoolean()) {
                at += page * (1L + random.nextInt(1000));
            }
            if (random.nextInt(6) == 0) {
                // Far away, so that upper tables fork.
                long far = (at + (end >>> (1 + random.nextInt(12)))) & -page;
                at = far < end - (1L << 36) / 16 ? far : at;
            }
        }
        blocks(mm, at);
        mm.vma(end - 4 * page, end - page, "---p").protNone(end - 2 * page);
        mm.stack(end - page, end).page(end - page);
    }

    private void vma(MmBuilder mm, long at, int pages) {
        long page = geometry.pageSize();
        String perms =
                (random.nextInt(8) == 0 ? "-" : "r")
                        + (random.nextBoolean() ? "w" : "-")
                        + (random.nextBoolean() ? "x" : "-")
                        + (random.nextBoolean() ? "p" : "s");
        if (random.nextBoolean()) {
            mm.vma(at, at + pages * page, perms);
        } else {
            String file = FILES.get(random.nextInt(FILES.size()));
            boolean deleted = random.nextInt(4) == 0;
            int pgoff = random.nextInt(1000);
            mm.vma(
                    at,
                    at + pages * page,
                    perms,
                    file,
                    v -> {
                        VmaBuilder moved = v.pgoff(pgoff);
                        if (deleted) {
                            moved.deleted();
                        }
                    });
        }
        long consecutive = guest.allocate(24, 1);
        int style = random.nextInt(3);
        for (int i = 0; i < pages; i++) {
            long va = at + i * page;
            switch (style == 0 ? 0 : random.nextInt(9)) {
                case 0, 1 -> mm.page(va, consecutive + i);
                case 2 -> mm.page(va, shared.get(random.nextInt(shared.size())));
                case 3 -> mm.page(va, consecutive + i, userFlags());
                case 4 -> mm.swap(va, random.nextInt(3), slot++);
                case 5 -> mm.page(va, outside() + i, LeafFlag.DEVICE, LeafFlag.WRITABLE);
                case 6 -> mm.protNone(va);
                case 7 -> mm.page(va, outside() + random.nextInt(8));
                default -> {}
            }
        }
    }

    private LeafFlag[] userFlags() {
        return random.ints(random.nextInt(4), 0, USER_FLAGS.length)
                .distinct()
                .mapToObj(i -> USER_FLAGS[i])
                .toArray(LeafFlag[]::new);
    }

    /** A frame of no RAM; high where descriptors have room for it. */
    private long outside() {
        boolean wide = geometry.lpa2() || geometry.pageShift() == 16;
        long pa = random.nextBoolean() ? 0x900_0000L : wide ? 0xb_0000_0000_0000L : 1L << 46;
        return pa >>> geometry.pageShift();
    }

    /** A run with the contiguous bit, and blocks as large as the level has them. */
    private void blocks(MmBuilder mm, long from) {
        long run = geometry.contiguousEntries(3) * geometry.pageSize();
        long at = (from + 2 * run) & -run;
        mm.vma(at, at + run, "r--p").contiguous(at);
        for (int level = 2; level > geometry.rootLevel() && level >= 1; level--) {
            long size = geometry.entrySize(level);
            long va = (at + 2 * size) & -size;
            if (!geometry.leafAllowed(level) || va + 2 * size > (1L << geometry.vaBits()) / 2) {
                return;
            }
            // Much of it may lie outside RAM, as a device's would.
            long pfn = (0x4000_0000L & -size) >>> geometry.pageShift();
            if (pagesOf(size) <= 1 << 13) {
                mm.vma(va, va + size, "rw-p").block(level, va, pfn, LeafFlag.WRITABLE);
                at = va + size;
            }
        }
    }

    private long pagesOf(long bytes) {
        return bytes >>> geometry.pageShift();
    }
}
