package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.StreamPacking.Block;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images whose format does not say where RAM lies: it is proved, or what is proved is told. */
class RamPlacementTest {
    private static final int MIB = 1 << 20;

    /** Firmware keeps it. */
    private static final int HOLE = 40 * MIB;

    private static final int HOLE_SIZE = 1 << 16;
    private static final int TASKS = 300;
    private static final int UP = 16 * MIB;

    @TempDir static Path folder;
    private static WrittenGuest guest;
    private static byte[] raw;
    private static GuestGraph expected;

    /** Of a guest whose tasks and tables lie all over its RAM. */
    @BeforeAll
    static void writeGuest() throws IOException {
        guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .kaslr(0x1234_5a0_0000L, 0x20_0000)
                        .linearSlide(0x2_4000_0000L)
                        .scatter(new Random(1))
                        .noMap(HOLE, HOLE_SIZE)
                        .task(
                                1,
                                "init",
                                init -> {
                                    for (int pid = 100; pid < 100 + TASKS; pid++) {
                                        long va = 0x1_0000L * pid;
                                        init.child(
                                                pid,
                                                "worker",
                                                task ->
                                                        task.mm(
                                                                mm ->
                                                                        mm.vma(
                                                                                        va,
                                                                                        va + 0x1000,
                                                                                        "rw-p")
                                                                                .page(va)));
                                    }
                                })
                        .write(folder.resolve("guest.raw"));
        raw = Files.readAllBytes(guest.path());
        expected = read(List.of(), false, guest.path());
    }

    /** Other tests run in the same JVM. */
    @AfterAll
    @SuppressWarnings("NullAway") // no test reads them any more
    static void forgetGuest() {
        raw = null;
        expected = null;
    }

    private static GuestGraph read(List<String> ram, boolean incomplete, Path... images) {
        return Ingest.read(
                new IngestRequest(
                        "placement",
                        List.of(images),
                        folder,
                        ram,
                        false,
                        incomplete,
                        true,
                        false,
                        "test"),
                Progress.NONE);
    }

    private static Path file(byte[]... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return Files.write(Files.createTempFile(folder, "image", ""), out.toByteArray());
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(raw, from, to);
    }

    private static Path stream(Block... blocks) throws IOException {
        return file(StreamPacking.pack(List.of(blocks), new BitSet(), guest.swapperPgDir()));
    }

    /** The same but for what an image beside RAM says. */
    private static void assertSame(GuestGraph read) {
        GraphDifference.assertSame(expected, read, node -> !(node instanceof GraphNode.Cpu));
    }

    /** What the message says to be given, after the image was refused. */
    private static List<String> refused(Path image) {
        UserError e = assertThrows(UserError.class, () -> read(List.of(), false, image));
        List<String> ram = new ArrayList<>();
        Matcher m = Pattern.compile("--ram (0x\\S+:0x[0-9a-f]+@0x[0-9a-f]+)").matcher(message(e));
        while (m.find()) {
            ram.add(m.group(1));
        }
        assertFalse(ram.isEmpty(), message(e));
        return ram;
    }

    private static String message(UserError e) {
        return String.valueOf(e.getMessage());
    }

    private static long tasks(GuestGraph graph) {
        long count = 0;
        for (GraphNode node : graph.nodes()) {
            count += node instanceof GraphNode.Task ? 1 : 0;
        }
        return count;
    }

    /** As who copies what /proc/iomem calls System RAM leaves it out. */
    @Test
    void withoutWhatFirmwareKeeps() throws IOException {
        GuestGraph read =
                read(List.of(), false, file(part(0, HOLE), part(HOLE + HOLE_SIZE, raw.length)));
        assertEquals(expected.checkpoint().counts(), read.checkpoint().counts());
        assertEquals(expected.checkpoint().anomalies(), read.checkpoint().anomalies());
    }

    /** As another hole, which the kernel does not know of. */
    @ParameterizedTest
    @ValueSource(ints = {20 * MIB, 50 * MIB})
    void withoutWhatTheKernelHas(int at) throws IOException {
        Path image = file(part(0, at), part(at + HOLE_SIZE, raw.length));
        List<String> ram = refused(image);
        assertTrue(ram.size() > 1, ram::toString);
        long all = tasks(expected);
        assertTrue(tasks(read(ram, true, image)) > all / 2);
    }

    @Test
    void offTheGrid() throws IOException {
        Path image = file(part(4096, raw.length));
        UserError e = assertThrows(UserError.class, () -> read(List.of(), false, image));
        assertTrue(message(e).contains(" 4 KiB from PA 0x40000000"), message(e));
        assertEquals(tasks(expected), tasks(read(List.of(), true, image)));
    }

    /** QEMU sends blocks by their size, not as they lie; devices have some of their own. */
    @Test
    void blocksOfAStream() throws IOException {
        Block lower = new Block("from-host", part(0, 16 * MIB));
        Block upper = new Block("ram1", part(16 * MIB, raw.length));
        Block device = new Block("0000:00:01.0/shared", new byte[2 * MIB]);
        Block tags = new Block("mach-virt.tag", part(30 * MIB, 32 * MIB));
        assertSame(read(List.of(), false, stream(upper, lower, device, tags)));
        assertSame(read(List.of(), false, stream(device, upper, tags, lower)));
        assertSame(read(List.of(), false, stream(lower, upper)));
        String first = "0x40000000:0x1000000@0x3000000";
        String second = "0x41000000:0x3000000@0";
        assertSame(read(List.of(first, second), false, stream(upper, lower, device)));
    }

    @Test
    void filesInAnyOrder() throws IOException {
        Path lower = file(part(0, 16 * MIB));
        Path upper = file(part(16 * MIB, raw.length));
        assertSame(read(List.of(), false, lower, upper));
        assertSame(read(List.of(), false, upper, lower));
        // Those of which the first, with the kernel's image, lies where it would in any case.
        Path middle = file(part(16 * MIB, 40 * MIB));
        Path last = file(part(40 * MIB, raw.length));
        assertSame(read(List.of(), false, lower, last, middle));
    }

    /** A page of BTF or of the symbols costs what is on it; its size is told as it is. */
    @ParameterizedTest
    @ValueSource(strings = {"__start_BTF", "kallsyms_names"})
    void pageOfTheImage(String symbol) throws IOException {
        Long va = Objects.requireNonNull(guest.symbols().get(symbol));
        long pa = (va - guest.kimageVoffset() & -4096) + 4096;
        long below = pa - guest.ramBase();
        long behind = raw.length - below - 4096;
        List<String> ram =
                List.of(
                        "%#x:%d".formatted(guest.ramBase(), below),
                        "%#x:%d@%d".formatted(pa + 4096, behind, below + 4096));
        UserError e = assertThrows(UserError.class, () -> read(ram, false, guest.path()));
        assertTrue(message(e).contains("4 KiB"), message(e));
        assertFalse(message(e).contains("CONFIG_DEBUG_INFO_BTF"), message(e));
        try {
            assertEquals(tasks(expected), tasks(read(ram, true, guest.path())));
        } catch (UserError missing) {
            // All of so few types may be on that page.
            assertTrue(message(missing).contains("does not hold 4 KiB"), message(missing));
        }
    }

    /**
     * What translates the kernel's addresses if RAM begins lower stands there by chance: a copy of
     * its tables, so much further up.
     */
    @Test
    void tablesThatWouldHoldElsewhereAreNotTheKernels() throws IOException {
        WrittenGuest shifted =
                GuestImageBuilder.guest(Geometry.arm64(12, 39, false))
                        .ramBase(0x4820_0000L)
                        .ramSize(32 * MIB)
                        .task(1, "init", task -> task.mm(mm -> mm.vma(0x1000, 0x2000, "rw-p")))
                        .write(folder.resolve("shifted.raw"));
        int page = (int) shifted.geometry().pageSize();
        byte[] image = Files.readAllBytes(shifted.path());
        for (WrittenGuest.Table table : shifted.tables()) {
            int at = (int) (table.pa() - shifted.ramBase());
            boolean free = !shifted.frames().containsKey((table.pa() + UP) / page);
            if (table.root() == shifted.swapperPgDir() && at + UP < image.length && free) {
                System.arraycopy(image, at, image, at + UP, page);
            }
        }
        Files.write(shifted.path(), image);
        assertEquals(
                "0x48200000:0x2000000@0x0",
                read(List.of(), false, shifted.path()).checkpoint().ram());
    }
}
