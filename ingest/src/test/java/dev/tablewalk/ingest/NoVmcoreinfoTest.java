package dev.tablewalk.ingest;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.synthetic.Arm64Geometry;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests whose kernel does not describe itself give the graph that they give when it does. */
class NoVmcoreinfoTest {
    private static final List<KernelEra> ERAS = List.of(KernelEra.values());

    @TempDir Path folder;

    static Stream<Arguments> kernels() {
        return Geometries.ALL.stream()
                .flatMap(g -> Stream.of(KernelEra.values()).map(e -> Arguments.of(g, e)));
    }

    private WrittenGuest written(GuestImageBuilder builder) throws IOException {
        return builder.write(folder.resolve("guest.raw"));
    }

    /** Zeroes each text where one is written: at a page's start, and in a note. */
    private static void wipe(WrittenGuest guest) throws IOException {
        byte[] beginning = "OSRELEASE=".getBytes(StandardCharsets.US_ASCII);
        int wiped = 0;
        try (FileChannel file = FileChannel.open(guest.path(), READ, WRITE)) {
            MappedByteBuffer bytes = file.map(FileChannel.MapMode.READ_WRITE, 0, file.size());
            for (int page = 0; page < bytes.capacity(); page += 4096) {
                for (int at : new int[] {page, page + 0x18}) {
                    if (bytes.get(at) != beginning[0]) {
                        continue;
                    }
                    byte[] text = new byte[beginning.length];
                    bytes.get(at, text);
                    for (int i = at; Arrays.equals(text, beginning) && bytes.get(i) != 0; i++) {
                        bytes.put(i, (byte) 0);
                        wiped++;
                    }
                }
            }
        }
        assertTrue(wiped > 0, "nothing was wiped");
    }

    private static void assertSameGraph(ReadGuest with, ReadGuest without) {
        assertEquals(with.nodes.size(), without.nodes.size());
        for (int i = 0; i < with.nodes.size(); i++) {
            if (!(with.nodes.get(i) instanceof GraphNode.Checkpoint)) {
                assertEquals(with.nodes.get(i), without.nodes.get(i));
            }
        }
        assertEquals(with.relationships, without.relationships);
    }

    /** The checkpoint but for where it was learnt from. */
    private static List<Object> facts(ReadGuest read) {
        GraphNode.Checkpoint c = read.graph.checkpoint();
        return Arrays.asList(
                c.kernelRelease(),
                c.kernelBuildId(),
                c.kernelVersion(),
                c.pageSize(),
                c.vaBits(),
                c.paBits(),
                c.levels(),
                c.lpa2(),
                c.kaslrOffset(),
                c.ram(),
                c.anomalies(),
                c.counts(),
                c.taskViews(),
                c.markedLevels());
    }

    private void same(GuestImageBuilder builder) throws IOException {
        WrittenGuest guest = written(builder);
        ReadGuest with = ReadGuest.of(guest);
        wipe(guest);
        ReadGuest without = ReadGuest.of(guest);
        String source = String.valueOf(without.graph.checkpoint().found().get("vmcoreinfo"));
        assertTrue(source.startsWith("none"), source);
        if (guest.era() == KernelEra.LINUX_5_15) {
            // It tells neither its regions nor its symbols, which are learnt all the same.
            RandomGuestTest.assertSame(guest, without);
        } else {
            assertSameGraph(with, without);
            assertEquals(facts(with), facts(without));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyGeometryInEveryEra(Geometry geometry, KernelEra era) throws IOException {
        same(RandomGuest.of(geometry, era, 7).identityMap().trampoline().decoys());
    }

    @ParameterizedTest
    @ValueSource(longs = {0x23_4560_0000L, 0x2_0000_0000L, 0x7ff_c000_0000L})
    void whereverRamBegins(long base) throws IOException {
        same(
                RandomGuest.at(Geometry.arm64(12, 48, false), KernelEra.LINUX_6_1, 3, base)
                        .identityMap());
    }

    /** Physical addresses of more than 48 bits, whose uppermost lie apart in a descriptor. */
    @Test
    void highPhysicalAddresses() throws IOException {
        for (Geometry geometry :
                List.of(
                        Geometry.arm64(12, 52, true),
                        Geometry.arm64(14, 52, true),
                        Geometry.arm64(16, 52, false))) {
            same(RandomGuest.at(geometry, KernelEra.LINUX_6_12, 3, 0x5_4321_4000_0000L));
        }
    }

    /** Only what was allocated has an address in the linear map then: other tasks. */
    @ParameterizedTest
    @MethodSource("kernels")
    void whereTheLinearMapLacksTheImagesData(Geometry geometry, KernelEra era) throws IOException {
        same(RandomGuest.of(geometry, era, 5).dataOutOfLinearMap());
    }

    @Test
    void withoutASymbolTable() throws IOException {
        same(
                RandomGuest.of(Geometry.arm64(12, 48, false), KernelEra.LINUX_6_12, 9)
                        .withoutKallsyms());
    }

    /** On x86-64 VMCOREINFO tells where modules would lie in any case. */
    static Stream<Arguments> arm64Kernels() {
        return kernels().filter(each -> each.get()[0] instanceof Arm64Geometry);
    }

    @ParameterizedTest
    @MethodSource("arm64Kernels")
    void withoutModules(Geometry geometry, KernelEra era) throws IOException {
        same(RandomGuest.of(geometry, era, 11).withoutModules());
    }

    @Test
    void withSymbolsOfFunctionsOnly() throws IOException {
        same(
                RandomGuest.of(Geometry.arm64(14, 47, false), KernelEra.LINUX_6_1, 9)
                        .kallsymsOfFunctionsOnly());
    }

    /** Whatever is overwritten, it ends: with a graph, or with one line. */
    @Test
    void damageOfAnyKind() throws IOException {
        for (int seed = 0; seed < 24; seed++) {
            Geometry geometry = Geometries.ALL.get(seed % Geometries.ALL.size());
            KernelEra era = ERAS.get(seed % ERAS.size());
            WrittenGuest guest = written(RandomGuest.of(geometry, era, seed));
            wipe(guest);
            SplittableRandom random = new SplittableRandom(seed);
            try (RandomAccessFile file = new RandomAccessFile(guest.path().toFile(), "rw")) {
                long image = guest.symbols().getOrDefault("_text", 0L) - guest.kimageVoffset();
                for (int i = 0; i < 1 << (seed % 12); i++) {
                    byte[] bytes = new byte[1 + random.nextInt(64)];
                    random.nextBytes(bytes);
                    file.seek(image - guest.ramBase() + random.nextInt(2 << 20));
                    file.write(bytes);
                }
            }
            assertTimeoutPreemptively(
                    Duration.ofSeconds(60),
                    () -> {
                        try {
                            ReadGuest.of(guest);
                        } catch (UserError e) {
                            assertEquals(UserError.Kind.IMAGE, e.kind());
                            assertTrue(!String.valueOf(e.getMessage()).contains("\n"));
                        }
                    });
        }
    }

    @Test
    void nothingOfAKernel() throws IOException {
        WrittenGuest guest = written(GuestImageBuilder.guest(Geometry.arm64(12, 48, false)));
        byte[] noise = new byte[8 << 20];
        new SplittableRandom(1).nextBytes(noise);
        for (int i = 0; i < noise.length; i++) {
            noise[i] &= 0x7f; // else it could be RAM that is encrypted
        }
        Files.write(guest.path(), noise);
        UserError error = assertThrows(UserError.class, () -> ReadGuest.of(guest));
        assertEquals(UserError.Kind.IMAGE, error.kind());
        assertTrue(String.valueOf(error.getMessage()).contains("init_task"), error::getMessage);
    }
}
