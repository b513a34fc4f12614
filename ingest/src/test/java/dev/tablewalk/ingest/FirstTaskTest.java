package dev.tablewalk.ingest;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.synthetic.Geometries;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Guests that were stopped before they had started anything, or right after a reset. */
class FirstTaskTest {
    @TempDir Path folder;

    static Stream<Arguments> kernels() {
        KernelEra[] eras = KernelEra.values();
        return IntStream.range(0, Geometries.ALL.size())
                .mapToObj(i -> Arguments.of(Geometries.ALL.get(i), eras[i % eras.length]));
    }

    private static void put(WrittenGuest guest, String symbol, long offset, byte[] bytes)
            throws IOException {
        long va = Objects.requireNonNull(guest.symbols().get(symbol)) + offset;
        try (FileChannel file = FileChannel.open(guest.path(), WRITE)) {
            file.write(ByteBuffer.wrap(bytes), guest.physical(va) - guest.ramBase());
        }
    }

    /** VMCOREINFO is made late, and the first task is numbered by {@code init_idle()}. */
    @ParameterizedTest
    @MethodSource("kernels")
    void theFirstTaskAloneIsAll(Geometry geometry, KernelEra era) throws IOException {
        WrittenGuest guest =
                GuestImageBuilder.guest(geometry)
                        .era(era)
                        .ramSize(32L << (20 + geometry.pageShift() - 12))
                        .vmcoreinfo(false, false)
                        .write(folder.resolve("guest.raw"));
        int comm =
                Objects.requireNonNull(
                        Objects.requireNonNull(guest.layouts().get("task_struct"))
                                .offsets()
                                .get("comm"));
        put(guest, "init_task", comm, "swapper\0\0\0".getBytes(StandardCharsets.US_ASCII));
        List<GraphNode.Task> tasks = ReadGuest.of(guest).all(GraphNode.Task.class);
        assertEquals(List.of("swapper"), tasks.stream().map(GraphNode.Task::comm).toList());
    }

    /** What loads a kernel again loads its root table empty, and leaves what it described. */
    @Test
    void aResetIsToldByItsName() throws IOException {
        Geometry geometry = Geometry.arm64(12, 48, false);
        WrittenGuest guest =
                GuestImageBuilder.guest(geometry)
                        .task(1, "init", t -> t.mm(mm -> mm.vma(0x1000, 0x2000, "rw-p")))
                        .write(folder.resolve("guest.raw"));
        put(guest, "swapper_pg_dir", 0, new byte[(int) geometry.pageSize()]);
        UserError error = assertThrows(UserError.class, () -> ReadGuest.of(guest));
        assertEquals(UserError.Kind.IMAGE, error.kind());
        assertTrue(String.valueOf(error.getMessage()).contains("was reset"), error::getMessage);
    }
}
