package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.synthetic.DemoGuest;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.LeafFlag;
import dev.tablewalk.ingest.synthetic.MmBuilder;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests with one thing of note each. */
class SyntheticGuestTest {
    private static final long VA = 0x4000_0000_0000L;

    @TempDir Path folder;

    static Stream<Arguments> kernels() {
        return Geometries.ALL.stream()
                .flatMap(g -> Stream.of(KernelEra.values()).map(e -> Arguments.of(g, e)));
    }

    private static GuestImageBuilder guest() {
        return GuestImageBuilder.guest(Geometry.arm64(12, 48, false)).linearMapInBlocks();
    }

    private ReadGuest same(GuestImageBuilder builder) throws IOException {
        WrittenGuest guest = builder.write(folder.resolve("guest.raw"));
        ReadGuest read = ReadGuest.of(guest);
        RandomGuestTest.assertSame(guest, read);
        RandomGuestTest.assertSameTexts(ReadGuest.tables(guest), read.tables());
        assertEquals(CoarsestPartition.size(guest), read.all(GraphNode.PageRange.class).size());
        return read;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDemoGuest(boolean later) throws IOException {
        for (Geometry geometry : DemoGuest.geometries()) {
            demo(same(DemoGuest.at(geometry, later)));
        }
    }

    private static void demo(ReadGuest read) {
        assertEquals(new TreeSet<>(), read.anomalyKinds());
        TreeSet<String> names = new TreeSet<>();
        read.all(GraphNode.Vma.class).forEach(v -> names.add(v.name()));
        assertTrue(names.containsAll(List.of("[heap]", "[stack]", "[vdso]", "/lib/libc.so.6")));
        assertTrue(names.contains("/tmp/scratch (deleted)"));
        assertTrue(
                read.all(GraphNode.Task.class).stream()
                        .anyMatch(t -> t.name().equals("kworker/u4:1-events_unbound")));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyGeometryInEveryEra(Geometry geometry, KernelEra era) throws IOException {
        ReadGuest read = same(RandomGuest.of(geometry, era, 5).identityMap().trampoline().decoys());
        GraphNode.Checkpoint checkpoint = read.graph.checkpoint();
        assertEquals(geometry.levels(), checkpoint.levels());
        assertEquals(geometry.pageSize(), checkpoint.pageSize());
        assertEquals(geometry.lpa2(), checkpoint.lpa2());
        assertEquals(era.release(), checkpoint.kernelRelease());
    }

    @Test
    void aGigabyteAtOnce() throws IOException {
        long pfn = 0x4000_0000L >>> 12;
        GuestImageBuilder builder = guest().ramSize(2L << 30);
        builder.task(
                1,
                "large",
                t ->
                        t.mm(
                                mm ->
                                        mm.vma(VA, VA + (1L << 30), "rw-p")
                                                .block(1, VA, pfn, LeafFlag.WRITABLE)
                                                .vma(0x1000, 0x3000, "r--p")
                                                .page(0x1000, pfn + 77_777)
                                                .page(0x2000, pfn + 77_778)));
        ReadGuest read = same(builder);
        assertEquals(Map.of("pages", 262_144L + 2), pagesPresent(read));
    }

    /** Its processes lie on both sides of it. */
    @Test
    void aroundTheHoleOfAPc() throws IOException {
        for (Geometry geometry : Geometries.X86) {
            GuestImageBuilder builder =
                    GuestImageBuilder.guest(geometry).hole(24 << 20).scatter(new Random(1));
            for (int pid = 1; pid < 20; pid++) {
                builder.task(
                        pid, "process", t -> t.mm(mm -> mm.vma(VA, VA + 0x1000, "rw-p").page(VA)));
            }
            ReadGuest read = same(builder);
            assertEquals(
                    "0x0:0x1800000@0x0,0x100000000:0x2800000@0x1800000",
                    read.graph.checkpoint().ram());
            assertEquals(new TreeSet<>(), read.anomalyKinds());
        }
    }

    private static Map<String, Long> pagesPresent(ReadGuest read) {
        long sum =
                read.all(GraphNode.Vma.class).stream().mapToLong(GraphNode.Vma::pagesPresent).sum();
        return Map.of("pages", sum);
    }

    @Test
    void oneFrameMappedByAll() throws IOException {
        GuestImageBuilder builder = guest();
        long pfn = builder.allocate(4, 4);
        for (int pid = 1; pid <= 20; pid++) {
            int shift = pid % 4;
            builder.task(
                    pid,
                    "sharer",
                    t ->
                            t.mm(
                                    mm -> {
                                        mm.vma(VA, VA + 0x10_0000, "rw-s");
                                        for (int i = 0; i < 32; i++) {
                                            mm.page(VA + i * 0x1000L, pfn + (i + shift) % 4);
                                        }
                                    }));
        }
        same(builder);
    }

    /** The image ends before the RAM that the kernel maps does; what it needs lies before. */
    @Test
    void ramThatTheImageLacks() throws IOException {
        WrittenGuest whole =
                guest().task(1, "init", t -> t.mm(mm -> mm.vma(VA, VA + 0x1000, "r--p").page(VA)))
                        .write(folder.resolve("cut.raw"));
        try (FileChannel file = FileChannel.open(whole.path(), StandardOpenOption.WRITE)) {
            file.truncate(whole.ramSize() - (4L << 20));
        }
        UserError refused = assertThrows(UserError.class, () -> readCut(whole, false));
        assertEquals(UserError.Kind.IMAGE, refused.kind());
        assertTrue(String.valueOf(refused.getMessage()).contains("4096 KiB"));
        GuestGraph rest = readCut(whole, true);
        TreeSet<String> kinds = new TreeSet<>();
        for (GraphNode node : rest.nodes()) {
            if (node instanceof GraphNode.Anomaly anomaly) {
                kinds.add(anomaly.kind());
            }
        }
        // Once for the image. What the linear map leads to is RAM, as the kernel was told; it is
        // not held.
        assertEquals(List.of("ram_missing"), List.copyOf(kinds));
        assertFalse(rest.checkpoint().found().containsKey("moment"), "what counts may be missing");
    }

    private static GuestGraph readCut(WrittenGuest guest, boolean incomplete) {
        return Ingest.read(
                new IngestRequest(
                        "cut",
                        List.of(guest.path()),
                        Path.of("target"),
                        List.of(),
                        false,
                        incomplete,
                        true,
                        false,
                        "test"),
                Progress.NONE);
    }

    @Test
    void noTaskButTheIdle() throws IOException {
        ReadGuest read = same(guest());
        assertEquals(1, read.all(GraphNode.Task.class).size());
    }

    @Test
    void aFileThatOnlySeemsDeleted() throws IOException {
        same(
                guest().task(
                                1,
                                "init",
                                t ->
                                        t.mm(
                                                mm ->
                                                        mm.vma(
                                                                VA,
                                                                VA + 0x1000,
                                                                "r--p",
                                                                "/tmp/y (deleted)"))));
    }

    /** The highest types are the kernel's own, as it was built: here without device memory. */
    @Test
    void entriesThatOnlyHaveTheFormOfSwap() throws IOException {
        ReadGuest read =
                same(
                        guest().task(
                                        1,
                                        "init",
                                        t ->
                                                t.mm(
                                                        mm ->
                                                                mm.vma(0x1000, 0x2000, "---p")
                                                                        .vma(
                                                                                VA,
                                                                                VA + 0x10_0000,
                                                                                "rw-p")
                                                                        .swap(VA, 26, 4)
                                                                        .swap(VA + 0x1000, 27, 5)
                                                                        .swap(VA + 0x2000, 28, 6)
                                                                        .swap(VA + 0x3000, 31, 1)
                                                                        .swap(VA + 0x4000, 31, 2)
                                                                        .swap(VA + 0x5000, 31, 4)
                                                                        .swap(VA + 0x6000, 31, 4)
                                                                        .swap(
                                                                                VA + 0x7000,
                                                                                31,
                                                                                5))));
        Set<String> kinds = new TreeSet<>();
        read.all(GraphNode.NonSwapRange.class).forEach(r -> kinds.add(r.kind() + r.offset()));
        assertEquals(
                Set.of("hwpoison5", "migration6", "uffd_wp1", "poison2", "guard4", "marker5"),
                kinds);
        assertEquals(
                List.of(new GraphNode.SwapRange(26, 4, 1)), read.all(GraphNode.SwapRange.class));
        assertEquals(
                List.of(1L, 1L, 1L, 1L, 1L, 1L, 2L), // two guards side by side are one run
                read.links(GraphRelationship.SwapMapping.class).stream()
                        .map(GraphRelationship.SwapMapping::pages)
                        .sorted()
                        .toList());
        assertEquals(
                List.of("hwpoison 1", "migration 1"),
                read.all(GraphNode.NonSwapRange.class).stream()
                        .filter(range -> range.pages() > 0)
                        .map(range -> range.kind() + " " + range.pages())
                        .toList(),
                "a marker stands for no page");
        assertEquals(
                1,
                read.links(GraphRelationship.SwapMapping.class).stream()
                        .filter(GraphRelationship.SwapMapping::swap)
                        .count());
    }

    /** As {@code d_dname} of their file systems has it, whatever they are called. */
    @Test
    void filesThatNoFolderHolds() throws IOException {
        ReadGuest read =
                same(guest().task(1, "init", t -> t.mm(SyntheticGuestTest::filesWithoutFolder)));
        Map<String, Boolean> deleted = new TreeMap<>();
        read.all(GraphNode.File.class).forEach(f -> deleted.put(f.path(), f.deleted()));
        assertEquals(5, deleted.size());
        deleted.forEach((path, gone) -> assertEquals(path.startsWith("/memfd:"), gone, () -> path));
        assertTrue(
                read.all(GraphNode.Vma.class).stream().allMatch(v -> v.backing().equals("driver")));
    }

    private static void filesWithoutFolder(MmBuilder mm) {
        mm.vma(0x1000, 0x2000, "rw-s", "socket:[INO]", v -> v.pseudo("sockfs", "PACKET", ""))
                .vma(
                        0x2000,
                        0x3000,
                        "rw-s",
                        "anon_inode:[perf_event]",
                        v -> v.pseudo("anon_inodefs", "[perf_event]", ""))
                .vma(0x3000, 0x4000, "rw-s", "/dmabuf:", v -> v.pseudo("dmabuf", "dmabuf", ""))
                .vma(
                        0x4000,
                        0x5000,
                        "rw-s",
                        "/dmabuf:of mine (deleted)",
                        v -> v.pseudo("dmabuf", "dmabuf", "of mine (deleted)"))
                .vma(
                        0x5000,
                        0x6000,
                        "rw-s",
                        "/memfd:mine",
                        v -> v.pseudo("tmpfs", "memfd:mine", "").deleted());
    }

    @Test
    void namesOfEveryKind() throws IOException {
        String longName = "/n/" + "x".repeat(255);
        same(
                guest().mount("/n", "ext4", 259, 3)
                        .mount("/n/inner", "btrfs", 0, 0xfffff)
                        .task(
                                1,
                                "\u001b[31mred",
                                t ->
                                        t.mm(
                                                mm ->
                                                        mm.vma(0x1000, 0x2000, "r--p", longName)
                                                                .vma(
                                                                        0x2000,
                                                                        0x3000,
                                                                        "r--p",
                                                                        "/n/inner/a\nb")
                                                                .vma(
                                                                        0x3000,
                                                                        0x4000,
                                                                        "r--p",
                                                                        "/n/\u00fc/\u4e16"))));
    }
}
