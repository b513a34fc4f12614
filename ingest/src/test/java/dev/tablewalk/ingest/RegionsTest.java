package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.synthetic.Damage;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where text and constants of the kernel lie is told by its mappings, changed ones too. */
class RegionsTest {
    private static final long READ_ONLY = 1L << 7;
    private static final long WRITE = 1L << 51;
    private static final long KERNEL_XN = 1L << 53;

    @TempDir Path folder;

    static List<Geometry> geometries() {
        return Geometries.ALL;
    }

    private WrittenGuest write(Geometry geometry) throws IOException {
        return GuestImageBuilder.guest(geometry)
                .task(1, "init", _ -> {})
                .write(folder.resolve("guest.raw"));
    }

    private WrittenGuest write() throws IOException {
        return write(Geometry.arm64(12, 48, false));
    }

    /** One whose linear map keeps data read-only as well. */
    private WrittenGuest writeNewer(boolean symbols) throws IOException {
        GuestImageBuilder guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .dataReadOnlyInLinearMap()
                        .task(1, "init", _ -> {});
        return (symbols ? guest : guest.kallsymsOfFunctionsOnly())
                .write(folder.resolve("guest.raw"));
    }

    /** Sets and clears bits of the entry that maps a kernel address. */
    private static void change(WrittenGuest guest, long va, long set, long clear)
            throws IOException {
        WrittenGuest.Leaf leaf = guest.leaf(guest.swapperPgDir(), va);
        new Damage(guest).entry(leaf.root(), 3, va, (leaf.raw() | set) & ~clear);
    }

    private static void makeWritable(WrittenGuest guest, long va) throws IOException {
        change(guest, va, WRITE, READ_ONLY);
    }

    private static void makeWritableAndExecutable(WrittenGuest guest, long va) throws IOException {
        change(guest, va, WRITE, READ_ONLY | KERNEL_XN);
    }

    private static long symbol(WrittenGuest guest, String name) {
        return Objects.requireNonNull(guest.symbols().get(name));
    }

    private static void assertSections(WrittenGuest guest) {
        ReadGuest read = ReadGuest.of(guest);
        long text = symbol(guest, "_stext");
        long rodata = symbol(guest, "__start_rodata");
        assertEquals(new GraphNode.Region("image_text", text, rodata), region(read, "image_text"));
        assertEquals(
                new GraphNode.Region("image_rodata", rodata, symbol(guest, "__init_begin")),
                region(read, "image_rodata"));
    }

    private static GraphNode.Region region(ReadGuest read, String name) {
        return read.all(GraphNode.Region.class).stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void textAndConstantsAreTold(Geometry geometry) throws IOException {
        assertSections(write(geometry));
    }

    @Test
    void writableAndExecutableDataIsNoText() throws IOException {
        WrittenGuest guest = write();
        for (int page = 0; page < 8; page++) {
            makeWritableAndExecutable(guest, symbol(guest, "_sdata") + page * 0x1000L);
        }
        assertSections(guest);
    }

    @Test
    void writableTextIsTextStill() throws IOException {
        WrittenGuest guest = write();
        makeWritableAndExecutable(guest, symbol(guest, "_stext"));
        makeWritableAndExecutable(guest, symbol(guest, "__start_rodata") - 0x1000);
        assertSections(guest);
    }

    @Test
    void constantsThatAreWritableInOneMappingAreConstantsStill() throws IOException {
        WrittenGuest guest = write();
        long last = symbol(guest, "__init_begin") - 0x1000;
        makeWritableAndExecutable(guest, last);
        makeWritable(guest, last - 0x1000);
        assertSections(guest);
        WrittenGuest other = write();
        makeWritable(other, other.linear(other.physical(last)));
        assertSections(other);
    }

    @Test
    void dataThatTheLinearMapKeepsReadOnlyIsNoConstant() throws IOException {
        assertSections(writeNewer(true));
        assertSections(writeNewer(false));
        WrittenGuest guest = writeNewer(true);
        makeWritableAndExecutable(guest, symbol(guest, "_sdata"));
        assertSections(guest);
    }

    @Test
    void writableConstantsAreConstantsStillWhereTheLinearMapDoesNotTell() throws IOException {
        WrittenGuest guest = writeNewer(true);
        long last = symbol(guest, "__init_begin") - 0x1000;
        makeWritable(guest, last);
        makeWritable(guest, symbol(guest, "__start_rodata"));
        assertSections(guest);
        WrittenGuest other = writeNewer(false);
        makeWritable(other, last - 0x1000);
        assertSections(other);
    }
}
