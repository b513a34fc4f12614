package dev.tablewalk.ingest.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.ingest.synthetic.WrittenGuest.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code struct page} says, read where the kernel's own page tables have it. */
class StructPageTest {
    private static final long VA = 0x20_0000_0000L;
    private static final int RESERVED_6_1 = 1 << 12;
    private static final int RESERVED_6_12 = 1 << 13;
    private static final int HEAD_6_1 = 1 << 16;
    private static final int HEAD_6_12 = 1 << 6;
    private static final int SLAB_6_1 = 1 << 9;

    @TempDir Path folder;

    static Stream<Arguments> kernels() {
        return Geometries.ARM64.stream()
                .flatMap(g -> Stream.of(KernelEra.values()).map(era -> Arguments.of(g, era)));
    }

    /** {@code struct page} as its bytes are, by the offsets that every kernel has. */
    private record Page(ByteBuffer bytes) {
        long flags() {
            return bytes.getLong(0);
        }

        long compoundHead() {
            return bytes.getLong(8);
        }

        long mapping() {
            return bytes.getLong(24);
        }

        long index() {
            return bytes.getLong(32);
        }

        long order() {
            return bytes.getLong(40);
        }

        int word() {
            return bytes.getInt(48);
        }

        int refcount() {
            return bytes.getInt(52);
        }
    }

    /** Reads {@code struct page} by VMCOREINFO and the kernel's page tables. */
    private static final class Vmemmapped implements AutoCloseable {
        private final RawImage image;
        private final int shift;
        private final long start;

        Vmemmapped(WrittenGuest guest) throws IOException {
            this.image = new RawImage(guest);
            this.shift = guest.geometry().pageShift();
            Map<String, String> info = image.vmcoreinfo();
            assertEquals("64", info.get("SIZE(page)"));
            String told = info.get("NUMBER(VMEMMAP_START)");
            int bits = ((Arm64Geometry) guest.geometry()).configuredVaBits();
            long vmemmap =
                    told == null
                            ? -(1L << (bits - (shift - 6)))
                            : Long.parseUnsignedLong(told.substring(2), 16);
            String base = info.getOrDefault("NUMBER(PHYS_OFFSET)", "0x").substring(2);
            this.start = vmemmap - (Long.parseUnsignedLong(base, 16) >> shift) * 64;
        }

        @Override
        public void close() throws IOException {
            image.close();
        }

        Page page(long pa) throws IOException {
            return new Page(image.bytes(image.translate(start + (pa >>> shift) * 64), 64));
        }

        long head(long compoundHead) {
            return ((compoundHead - 1 - start) / 64) << shift;
        }
    }

    private WrittenGuest write(GuestImageBuilder guest) throws IOException {
        return guest.write(folder.resolve("guest.raw"));
    }

    private static FrameUse use(Page page, KernelEra era) {
        boolean typed = era == KernelEra.LINUX_6_12;
        int word = page.word();
        if (word == (typed ? 0xf2000000 : 0xfffffdff)) {
            return FrameUse.TABLE;
        }
        if (word == (typed ? 0xf0000000 : 0xffffff7f)) {
            return FrameUse.BUDDY;
        }
        if (typed ? word == 0xf5000000 : (page.flags() & SLAB_6_1) != 0) {
            return FrameUse.SLAB;
        }
        if ((page.flags() & (typed ? RESERVED_6_12 : RESERVED_6_1)) != 0) {
            return FrameUse.RESERVED;
        }
        if (page.refcount() == 0) {
            return FrameUse.BUDDY;
        }
        if ((page.mapping() & 1) != 0) {
            return FrameUse.ANON;
        }
        boolean swapBacked = (page.flags() >>> (typed ? 17 : 19) & 1) != 0;
        return page.mapping() == 0 ? FrameUse.OTHER : swapBacked ? FrameUse.SHMEM : FrameUse.FILE;
    }

    private static GuestImageBuilder guest(Geometry geometry, KernelEra era) {
        return guest(geometry, era, 16L << (20 + geometry.pageShift() - 12));
    }

    private static GuestImageBuilder guest(Geometry geometry, KernelEra era, long ramSize) {
        long page = geometry.pageSize();
        GuestImageBuilder guest =
                GuestImageBuilder.guest(geometry)
                        .era(era)
                        .ramBase(0x8000_0000L)
                        .ramSize(ramSize)
                        .linearSlide(0x4000_0000L)
                        .scatter(new Random(4))
                        .layoutGaps(new Random(5))
                        .mount("/dev/shm", "tmpfs", 0, 22);
        long common = guest.allocate();
        for (int pid = 1; pid <= 3; pid++) {
            guest.task(
                    pid,
                    "process",
                    t ->
                            t.mm(
                                    mm -> {
                                        mm.vma(page, 3 * page, "rw-p").page(page);
                                        mm.page(2 * page);
                                        mm.vma(8 * page, 9 * page, "r-xp", "/lib/libc.so.6");
                                        mm.page(8 * page, common);
                                        mm.vma(16 * page, 18 * page, "rw-s", "/dev/shm/x");
                                        mm.page(16 * page).swap(17 * page, 0, 5);
                                        mm.vma(20 * page, 21 * page, "rw-p", "/lib/libc.so.6");
                                        mm.page(20 * page);
                                    }));
        }
        return guest;
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyFrameIsWhatItIsUsedFor(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(guest(geometry, era));
        Set<Long> marked = new HashSet<>();
        Map<FrameUse, Integer> counts = new HashMap<>();
        try (Vmemmapped vmemmap = new Vmemmapped(guest)) {
            long end = guest.ramBase() + guest.ramSize();
            for (long pa = guest.ramBase(); pa < end; pa += geometry.pageSize()) {
                Page page = vmemmap.page(pa);
                Frame frame = guest.frame(pa);
                counts.merge(frame.use(), 1, Integer::sum);
                if ((page.compoundHead() & 1) != 0) {
                    long head = vmemmap.head(page.compoundHead());
                    assertEquals(frame.head() << geometry.pageShift(), head);
                    page = vmemmap.page(head);
                    assertNotEquals(0, page.flags() & (HEAD_6_1 | HEAD_6_12));
                }
                assertEquals(frame.use(), use(page, era), () -> frame.toString());
                if (frame.use() == FrameUse.TABLE) {
                    marked.add(pa);
                }
                assertEquals(
                        guest.structPage(pa),
                        vmemmap.image.translate(vmemmap.start + (pa >>> vmemmap.shift) * 64));
            }
        }
        Set<Long> wanted = new HashSet<>();
        for (WrittenGuest.Mm mm : guest.mms()) {
            guest.tables().stream()
                    .filter(t -> t.root() == mm.root() && t.parent() != 0)
                    .filter(t -> t.level() >= 2 || (t.level() == 1 && era.pageTypeInByte()))
                    .forEach(t -> wanted.add(t.pa()));
        }
        assertEquals(wanted, marked);
        assertEquals(6 + 3, counts.get(FrameUse.ANON));
        assertEquals(1, counts.get(FrameUse.FILE));
        assertEquals(3, counts.get(FrameUse.SHMEM));
        assertTrue(counts.getOrDefault(FrameUse.SLAB, 0) > 0);
    }

    @ParameterizedTest
    @EnumSource
    void mappingsAreCounted(KernelEra era) throws IOException {
        WrittenGuest guest = write(guest(Geometry.arm64(12, 48, false), era));
        try (Vmemmapped vmemmap = new Vmemmapped(guest)) {
            Page anon = vmemmap.page(pa(guest, 1, 0x2000));
            assertEquals(0, anon.word());
            assertEquals(1, anon.refcount());
            assertEquals(1, anon.index());
            long vma = guest.mm(1).vmas().getFirst().address();
            assertEquals(
                    vmemmap.image.member(vma, "vm_area_struct", "anon_vma") | 1, anon.mapping());

            Page library = vmemmap.page(pa(guest, 1, 0x8000));
            assertEquals(2, library.word());
            assertEquals(4, library.refcount());
            long file =
                    vmemmap.image.member(
                            guest.mm(2).vmas().get(1).address(), "vm_area_struct", "vm_file");
            long inode = vmemmap.image.member(file, "file", "f_inode");
            assertEquals(vmemmap.image.member(inode, "inode", "i_mapping"), library.mapping());
            assertEquals(inode, vmemmap.image.member(library.mapping(), "address_space", "host"));
        }
    }

    private static long pa(WrittenGuest guest, int pid, long va) {
        long root = guest.mm(pid).root();
        return guest.leaves().stream()
                .filter(l -> l.root() == root && l.va() == va)
                .findFirst()
                .orElseThrow()
                .pa();
    }

    @ParameterizedTest
    @EnumSource
    void freeMemoryIsInBlocks(KernelEra era) throws IOException {
        WrittenGuest guest = write(guest(Geometry.arm64(12, 48, false), era));
        int blocks = 0;
        try (Vmemmapped vmemmap = new Vmemmapped(guest)) {
            long end = guest.ramBase() + guest.ramSize();
            for (long pa = guest.ramBase(); pa < end; ) {
                if (guest.frame(pa).use() != FrameUse.BUDDY) {
                    pa += 4096;
                    continue;
                }
                Page head = vmemmap.page(pa);
                assertEquals(era.pageTypeInByte() ? 0xf0000000 : ~0x80, head.word());
                long size = 4096L << head.order();
                assertEquals(0, pa % size);
                for (long at = pa + 4096; at < pa + size; at += 4096) {
                    assertEquals(FrameUse.BUDDY, guest.frame(at).use());
                    Page inside = vmemmap.page(at);
                    assertEquals(-1, inside.word());
                    assertEquals(0, inside.refcount());
                }
                blocks++;
                pa += size;
            }
        }
        assertTrue(blocks > 10, "all of it in " + blocks);
    }

    @ParameterizedTest
    @EnumSource
    void blocksAreCompoundPages(KernelEra era) throws IOException {
        GuestImageBuilder builder = GuestImageBuilder.guest(Geometry.arm64(12, 48, false)).era(era);
        builder.task(1, "huge", t -> t.mm(mm -> mm.vma(VA, VA + 0x20_0000, "rw-p").block(2, VA)));
        WrittenGuest guest = write(builder);
        try (Vmemmapped vmemmap = new Vmemmapped(guest)) {
            long pa = pa(guest, 1, VA);
            Page head = vmemmap.page(pa);
            boolean byByte = era.pageTypeInByte();
            assertNotEquals(0, head.flags() & (byByte ? HEAD_6_12 : HEAD_6_1));
            assertEquals(-1, head.word());
            assertEquals(1, head.mapping() & 3);
            Page first = vmemmap.page(pa + 4096);
            assertEquals(9, byByte ? first.flags() & 0xff : first.bytes().get(17));
            assertEquals(0, first.bytes().getInt(20));
            for (int i = 1; i < 512; i++) {
                assertEquals(pa, vmemmap.head(vmemmap.page(pa + i * 4096L).compoundHead()));
            }
            assertEquals(new Frame(FrameUse.ANON, 1, pa >>> 12, 9), guest.frame(pa + 0x5000));
            assertEquals(512, rss(vmemmap.image, guest, 1)[1]);
            long mm = guest.mm(1).address();
            assertEquals(3 * 4096, vmemmap.image.member(mm, "mm_struct", "pgtables_bytes"));
            // The table that is kept for it hangs on the one that maps it, in a ring of one.
            Page table = vmemmap.page(guest.table(guest.mm(1).root(), 2, VA).pa());
            long kept = vmemmap.head(table.bytes().getLong(16) + 1);
            assertEquals(FrameUse.TABLE, use(vmemmap.page(kept), era));
            assertEquals(table.bytes().getLong(16) + 8, vmemmap.page(kept).bytes().getLong(8));
        }
    }

    static long[] rss(RawImage image, WrittenGuest guest, int pid) throws IOException {
        long stat = guest.member(guest.mm(pid).address(), "mm_struct", "rss_stat");
        boolean array = guest.era() != KernelEra.LINUX_6_12;
        long[] counts = new long[4];
        for (int i = 0; i < 4; i++) {
            counts[i] =
                    array
                            ? image.kernelU64(stat + 8L * i)
                            : image.member(
                                    stat + i * (long) guest.size("percpu_counter"),
                                    "percpu_counter",
                                    "count");
        }
        return counts;
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void countersOfAnMmAreRight(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(guest(geometry, era));
        try (RawImage image = new RawImage(guest)) {
            for (int pid = 1; pid <= 3; pid++) {
                assertEquals(
                        List.of(1L, 3L, 1L, 1L),
                        LongStream.of(rss(image, guest, pid)).boxed().toList());
                WrittenGuest.Mm mm = guest.mm(pid);
                long tables =
                        guest.tables().stream()
                                .filter(t -> t.root() == mm.root() && t.level() > 0)
                                .filter(t -> t.parent() != 0)
                                .count();
                assertEquals(
                        tables * geometry.pageSize(),
                        image.member(mm.address(), "mm_struct", "pgtables_bytes"));
                assertEquals(6, image.member(mm.address(), "mm_struct", "total_vm"));
                long vmas = guest.member(mm.address(), "mm_struct", "map_count");
                assertEquals(4, image.kernelU32(vmas));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void vmcoreinfoTellsOfStructPage(KernelEra era) throws IOException {
        WrittenGuest guest = write(guest(Geometry.arm64(12, 48, false), era));
        Map<String, String> info;
        try (RawImage image = new RawImage(guest)) {
            info = image.vmcoreinfo();
        }
        // As real kernels of these versions have it.
        Map<String, String> wanted =
                era == KernelEra.LINUX_6_12
                        ? Map.of(
                                "NUMBER(PG_lru)", "5",
                                "NUMBER(PG_swapbacked)", "17",
                                "NUMBER(PG_head_mask)", "64",
                                "NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)", "-184549376",
                                "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)", "-268435456",
                                "NUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)", "-251658240")
                        : Map.of(
                                "NUMBER(PG_lru)", "4",
                                "NUMBER(PG_swapbacked)", "19",
                                "NUMBER(PG_head_mask)", "65536",
                                "NUMBER(PG_slab)", "9",
                                "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)", "-129",
                                "NUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)", "-257");
        Map<String, String> found = new HashMap<>(info);
        found.keySet().retainAll(wanted.keySet());
        assertEquals(wanted, found);
        assertEquals("24", info.get("OFFSET(page.mapping)"));
        assertEquals("48", info.get("OFFSET(page._mapcount)"));
        assertEquals("52", info.get("OFFSET(page._refcount)"));
        assertEquals(era == KernelEra.LINUX_5_15, !info.containsKey("NUMBER(VMEMMAP_START)"));
    }

    @Test
    void ofMuchRamOnlyWhatIsUsedHasStructPage() throws IOException {
        WrittenGuest guest =
                write(
                        guest(Geometry.arm64(12, 48, false), KernelEra.LINUX_6_12, 64L << 30)
                                .linearMapInBlocks()
                                .vmemmapOfUsedFrames());
        assertTrue(guest.vmemmap().size() < 2000, () -> guest.vmemmap().size() + " pages");
        try (Vmemmapped vmemmap = new Vmemmapped(guest)) {
            for (long pfn : guest.frames().keySet()) {
                assertEquals(
                        guest.frame(pfn << 12).use() == FrameUse.BUDDY,
                        vmemmap.page(pfn << 12).refcount() == 0);
            }
            long end = guest.ramBase() + guest.ramSize();
            assertThrows(AssertionError.class, () -> vmemmap.page(end - 4096));
        }
    }

    /** Nothing can be both written and executed, nor text or constants written at all. */
    @ParameterizedTest
    @MethodSource("kernels")
    void theKernelIsMappedAsStrictlyAsItIs(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest = write(guest(geometry, era).linearMapInBlocks());
        long head = guest.physical(guest.symbols().getOrDefault("_text", 0L));
        long text = guest.physical(guest.symbols().getOrDefault("_stext", 0L));
        long textEnd = guest.physical(guest.symbols().getOrDefault("__start_rodata", 0L));
        long constantsEnd = guest.physical(guest.symbols().getOrDefault("__init_begin", 0L));
        assertTrue(head < text && text < textEnd && textEnd < constantsEnd);
        int executable = 0;
        for (WrittenGuest.Leaf leaf : guest.leaves()) {
            if (leaf.root() == guest.swapperPgDir()) {
                boolean isText = leaf.pa() >= text && leaf.pa() < textEnd;
                boolean constant = leaf.pa() < constantsEnd && leaf.pa() + leaf.size() > head;
                boolean image = leaf.va() - leaf.pa() == guest.kimageVoffset();
                assertEquals(!constant, leaf.attributes().writable());
                assertEquals(isText && image, leaf.attributes().kernelExecutable());
                assertFalse(leaf.attributes().user());
                executable += leaf.attributes().kernelExecutable() ? 1 : 0;
            }
        }
        assertEquals((textEnd - text) / geometry.pageSize(), executable);
    }
}
