package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import dev.tablewalk.ingest.synthetic.DemoGuest;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever format RAM comes in, whole, in part or damaged. */
class FormatsTest {
    private static final int PAGE = 4096;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir static Path folder;
    private static WrittenGuest guest;
    private static byte[] raw;
    private static GuestGraph expected;

    @BeforeAll
    static void writeGuest() throws IOException {
        guest = DemoGuest.at(false).write(folder.resolve("guest.raw"));
        raw = Files.readAllBytes(guest.path());
        expected = read(guest.path(), false);
    }

    /** Other tests run in the same JVM. */
    @AfterAll
    @SuppressWarnings("NullAway") // no test reads them any more
    static void forgetGuest() {
        raw = null;
        expected = null;
    }

    private static GuestGraph read(Path image, boolean incomplete) {
        return read(image, incomplete, true);
    }

    private static GuestGraph read(Path image, boolean incomplete, boolean hash) {
        return Ingest.read(
                new IngestRequest(
                        "formats",
                        List.of(image),
                        folder,
                        List.of(),
                        false,
                        incomplete,
                        true,
                        hash,
                        "test"),
                Progress.NONE);
    }

    private static Path write(Packing packing, BitSet leftOut) throws IOException {
        Path to = folder.resolve(packing.name());
        packing.write(raw, guest.ramBase(), guest.swapperPgDir(), leftOut, to);
        return to;
    }

    @ParameterizedTest
    @EnumSource
    void sameGraph(Packing packing) throws IOException {
        GraphDifference.assertSame(expected, read(write(packing, new BitSet()), false));
    }

    /** AVML writes no piece that is zero. It counts as left out, not as no RAM. */
    @Test
    void withoutPiecesThatAreZero() throws IOException {
        BitSet zero = new BitSet();
        for (int at = Packing.AVML_RANGE;
                at < raw.length - Packing.AVML_RANGE;
                at += Packing.AVML_RANGE) {
            int end = at + Packing.AVML_RANGE;
            zero.set(
                    at / Packing.AVML_RANGE,
                    Arrays.equals(raw, at, end, new byte[end - at], 0, end - at));
        }
        assertFalse(zero.isEmpty());
        Path image = folder.resolve("pieces");
        Files.write(image, Packing.avml(raw, guest.ramBase(), zero));
        GraphDifference.assertSame(read(guest.path(), false, false), read(image, false, false));
    }

    /** Some versions of it write the headers of such pieces, as LiME's format and as their own. */
    @Test
    void headersOfPiecesThatAreZero() throws IOException {
        BitSet zero = new BitSet();
        zero.set(raw.length / Packing.AVML_RANGE - 2);
        int from = raw.length - 2 * Packing.AVML_RANGE;
        int to = raw.length - Packing.AVML_RANGE;
        assertTrue(
                Arrays.equals(raw, from, to, new byte[to - from], 0, to - from), "it is not zero");
        GuestGraph without = read(guest.path(), false, false);
        Path image = folder.resolve("headers");
        Files.write(image, Packing.avmlWithHeaders(raw, guest.ramBase(), zero));
        GraphDifference.assertSame(without, read(image, false, false));
        Files.write(image, Packing.limeWithHeader(raw, guest.ramBase(), from, to));
        GraphDifference.assertSame(without, read(image, false, false));
    }

    /**
     * A dump without zero pages has no empty tables: one line, and they are there all the same.
     * What had pages by the kernel's count was not empty.
     */
    @Test
    void tablesThatAreLeftOut() throws IOException {
        List<WrittenGuest.Table> lowest =
                guest.tables().stream()
                        .filter(table -> table.name().equals("PTE") && isUsers(table))
                        .limit(3)
                        .toList();
        BitSet leftOut = new BitSet();
        lowest.forEach(table -> leftOut.set((int) ((table.pa() - guest.ramBase()) / PAGE)));
        assertEquals(3, leftOut.cardinality());
        GuestGraph read = read(write(Packing.ELF, leftOut), false, false);
        Map<Long, GraphNode.PageTable> tables = new TreeMap<>();
        Map<Long, String> lines = new TreeMap<>();
        for (GraphNode node : read.nodes()) {
            if (node instanceof GraphNode.PageTable table) {
                tables.put(table.pa(), table);
            }
            if (node instanceof GraphNode.Anomaly a && a.kind().equals("table_left_out")) {
                lines.put(a.address(), a.detail());
            }
        }
        for (WrittenGuest.Mm mm : guest.mms()) {
            long lost = lowest.stream().filter(table -> table.root() == mm.root()).count();
            String told = lines.remove(mm.address());
            assertEquals(lost > 0, told != null && told.startsWith(lost + " tables "), told);
        }
        assertEquals(1, lines.size(), lines::toString);
        for (WrittenGuest.Table table : lowest) {
            GraphNode.PageTable found = Objects.requireNonNull(tables.get(table.pa()));
            assertEquals(List.of("walk", "struct_page"), found.foundBy());
        }
    }

    /** Where nothing tells what {@code init_task} is but its child. */
    @Test
    void theFirstTaskIsLeftOut() throws IOException {
        long initTask = Objects.requireNonNull(guest.symbols().get("init_task"));
        BitSet leftOut = new BitSet();
        leftOut.set((int) ((guest.physical(initTask) - guest.ramBase()) / PAGE));
        GuestGraph read = read(write(Packing.ELF, leftOut), false, false);
        Map<Long, GraphNode.Task> left = tasksByAddress(expected);
        Map<Long, GraphNode.Task> found = tasksByAddress(read);
        left.remove(initTask);
        assertEquals(left.keySet(), found.keySet());
        left.forEach(
                (address, task) -> {
                    boolean listed = task.foundBy().contains("tasks");
                    GraphNode.Task again = Objects.requireNonNull(found.get(address));
                    assertEquals(listed, again.foundBy().contains("tasks"), task::toString);
                });
        String how = String.valueOf(read.checkpoint().found().get("init_task"));
        assertTrue(how.contains("its child kthreadd, pid 2, names it"), how);
    }

    private static Map<Long, GraphNode.Task> tasksByAddress(GuestGraph graph) {
        Map<Long, GraphNode.Task> all = new TreeMap<>();
        for (GraphNode node : graph.nodes()) {
            if (node instanceof GraphNode.Task task) {
                all.put(task.address(), task);
            }
        }
        return all;
    }

    private static boolean isUsers(WrittenGuest.Table table) {
        return guest.mms().stream().anyMatch(mm -> mm.root() == table.root());
    }

    /** Zeroes below RAM are no memory that a table could lead to. */
    @Test
    void padding() throws IOException {
        int padding = 64 << 20;
        byte[] planted = raw.clone();
        int at = (int) (guest.spares().getFirst() - guest.ramBase());
        WrittenGuest.Leaf leaf =
                guest.leaves().stream()
                        .filter(each -> each.level() == 3 && each.pa() < 1L << 47)
                        .findFirst()
                        .orElseThrow();
        for (int i = 0; i < PAGE / 8; i++) {
            long to = guest.ramBase() - padding + (long) i * PAGE;
            long raw = (leaf.raw() & ~0xffff_ffff_f000L) | to;
            ByteBuffer.wrap(planted).order(ByteOrder.LITTLE_ENDIAN).putLong(at + 8 * i, raw);
        }
        Path image = folder.resolve("padded");
        Files.write(image, Packing.limePadded(planted, guest.ramBase(), padding));
        assertEquals(pageTables(expected), pageTables(read(image, false, false)));
    }

    private static long pageTables(GuestGraph graph) {
        long count = 0;
        for (GraphNode node : graph.nodes()) {
            count += node instanceof GraphNode.PageTable ? 1 : 0;
        }
        return count;
    }

    /** What a range of AVML's ends with tells nothing that is missed, and yet it is cut off. */
    @Test
    void cutInTheLastBytes() throws IOException {
        byte[] whole = Packing.avml(raw, guest.ramBase(), new BitSet());
        Path image = folder.resolve("cut");
        Files.write(image, Arrays.copyOf(whole, whole.length - 1));
        assertThrows(UserError.class, () -> read(image, false));
        GraphDifference.assertSame(
                read(guest.path(), false, false),
                read(image, true, false),
                node -> !(node instanceof GraphNode.Anomaly));
    }

    /** A stream has a processor, which walks the kernel's root. */
    @ParameterizedTest
    @EnumSource(names = {"QEMU", "LIBVIRT"})
    void processor(Packing packing) throws IOException {
        long root = guest.swapperPgDir();
        assertEquals(Map.of("ttbr0", root, "ttbr1", root), walked(write(packing, new BitSet())));
    }

    /** One that does not translate walks nothing, whatever its registers hold. */
    @Test
    void processorThatIsDown() throws IOException {
        long root = guest.swapperPgDir();
        byte[] stream = StreamPacking.pack(raw, new BitSet(), root, 0xdead_0000L);
        Path image = Files.write(folder.resolve("down"), stream);
        assertThrows(AssertionError.class, () -> assertSameAnomalies(image));
        int at = stream.length - Long.BYTES;
        while (ByteBuffer.wrap(stream).getLong(at) != StreamPacking.SCTLR) {
            at--;
        }
        ByteBuffer.wrap(stream).putLong(at, StreamPacking.SCTLR & ~1L);
        Files.write(image, stream);
        assertSameAnomalies(image);
        assertEquals(Map.of("ttbr0", root, "ttbr1", root), walked(image));
    }

    private static void assertSameAnomalies(Path image) {
        assertEquals(
                expected.checkpoint().anomalies(), read(image, false).checkpoint().anomalies());
    }

    /** Of each register that points to a table, the table's PA. */
    private static Map<String, Long> walked(Path image) {
        GuestGraph graph = read(image, false);
        List<GraphNode> nodes = new ArrayList<>();
        graph.nodes().forEach(nodes::add);
        Map<String, Long> walked = new TreeMap<>();
        for (GraphRelationship each : graph.relationships()) {
            if (nodes.get(each.from()) instanceof GraphNode.Cpu
                    && each instanceof GraphRelationship.Pointer pointer) {
                walked.put(pointer.name(), ((GraphNode.PageTable) nodes.get(each.to())).pa());
            }
        }
        return walked;
    }

    @ParameterizedTest
    @EnumSource
    void sameBytes(Packing packing) throws IOException {
        try (Image image =
                Image.open(List.of(write(packing, new BitSet())), false, folder, Progress.NONE)) {
            PhysicalMemory memory = memory(image);
            Random random = new Random(1);
            for (int i = 0; i < 20_000; i++) {
                int length = 1 + random.nextInt(3 * PAGE);
                int at = random.nextInt(raw.length - length);
                byte[] read = new byte[length];
                memory.read(guest.ramBase() + at, read, 0, length);
                assertTrue(
                        Arrays.equals(read, 0, length, raw, at, at + length),
                        () -> packing + " at " + at);
                assertEquals(raw[at] & 0xff, memory.u8(guest.ramBase() + at));
            }
        }
    }

    private static PhysicalMemory memory(Image image) {
        return new PhysicalMemory(
                image.bytes(),
                image.parts().isEmpty()
                        ? List.of(new RamRange(guest.ramBase(), raw.length, 0))
                        : image.parts());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftOutIsNeverZero(Packing packing) throws IOException {
        if (!packing.canLeaveOut()) {
            return;
        }
        BitSet leftOut = new BitSet();
        Random random = new Random(2);
        for (int i = 0; i < 200; i++) {
            int page = random.nextInt(raw.length / PAGE);
            leftOut.set(page, Math.min(raw.length / PAGE, page + 1 + random.nextInt(5)));
        }
        try (Image image =
                Image.open(List.of(write(packing, leftOut)), false, folder, Progress.NONE)) {
            PhysicalMemory memory = memory(image);
            for (int page = 0; page < raw.length / PAGE; page++) {
                long pa = guest.ramBase() + (long) page * PAGE;
                int at = page * PAGE;
                assertEquals(!leftOut.get(page), memory.contains(pa, PAGE), packing::name);
                if (leftOut.get(page)) {
                    assertThrows(MemoryFault.class, () -> memory.u8(pa));
                } else {
                    assertEquals(raw[at] & 0xff, memory.u8(pa));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutAnywhere(Packing packing) throws IOException {
        Path image = write(packing, new BitSet());
        long size = Files.size(image);
        Random random = new Random(3);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            for (int i = 99; i >= 0; i--) {
                file.setLength(Math.max(1, size * i / 100 + random.nextInt((int) (size / 100))));
                String refused = refusal(image, false);
                assertFalse(refused.isEmpty(), () -> packing + " was read although it is cut");
                if (i % 20 == 10) {
                    refusal(image, true); // ends, whichever way
                }
            }
        }
    }

    /** What the error says; empty if there is none. */
    private static String refusal(Path image, boolean incomplete) {
        return assertTimeoutPreemptively(
                LIMIT,
                () -> {
                    try {
                        read(image, incomplete);
                        return "";
                    } catch (UserError e) {
                        assertEquals(UserError.Kind.IMAGE, e.kind(), e.getMessage());
                        return String.valueOf(e.getMessage());
                    }
                });
    }

    @ParameterizedTest
    @EnumSource
    void randomBytes(Packing packing) throws IOException {
        Random random = new Random(4);
        for (int run = 0; run < 20; run++) {
            Path image = write(packing, new BitSet());
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                // Half of the runs hit what the format itself stands in.
                long within = run % 2 == 0 ? Math.min(file.length(), 4 * PAGE) : file.length();
                for (int n = 1 + random.nextInt(50); n > 0; n--) {
                    file.seek(random.nextLong(within));
                    file.write(random.nextInt(256));
                }
            }
            refusal(image, true);
        }
    }

    /** A page of user data that cannot be unpacked costs nothing but itself. */
    @ParameterizedTest
    @EnumSource(names = {"KDUMP_ZLIB", "KDUMP_ZSTD", "AVML"})
    void oneDamagedPage(Packing packing) throws IOException {
        Path image = write(packing, new BitSet());
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            long at = file.length() - 64;
            file.seek(at);
            byte[] noise = new byte[48];
            new Random(5).nextBytes(noise);
            file.write(noise);
        }
        GuestGraph graph = read(image, false);
        assertEquals(tasks(expected), tasks(graph));
        assertTrue(Objects.requireNonNull(graph.frameHashes()).count() > 0);
    }

    private static long tasks(GuestGraph graph) {
        long count = 0;
        for (GraphNode node : graph.nodes()) {
            count += node instanceof GraphNode.Task ? 1 : 0;
        }
        return count;
    }
}
