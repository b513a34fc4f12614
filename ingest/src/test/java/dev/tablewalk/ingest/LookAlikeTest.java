package dev.tablewalk.ingest;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that does not describe itself, in RAM full of what looks like parts of one. */
class LookAlikeTest {
    private static final int MIB = 1 << 20;
    private static final int EACH = 64 * MIB;
    private static final int PROCESSES = 5;

    @TempDir Path folder;

    /** All of the kernel lies above what is to look like it. */
    private WrittenGuest guest() throws IOException {
        Geometry geometry = Geometry.arm64(12, 48, false);
        long page = geometry.pageSize();
        GuestImageBuilder guest =
                GuestImageBuilder.guest(geometry)
                        .ramSize(4L * EACH)
                        .kaslr(0, 2L * EACH)
                        .vmcoreinfo(false, false);
        long kept = 0x4000_0000L / page + 2L * EACH / page;
        for (long pfn = 0; pfn < kept; pfn = guest.allocate()) {}
        for (int pid = 1; pid <= PROCESSES; pid++) {
            guest.task(pid, "process", t -> t.mm(mm -> mm.vma(page, 4 * page, "rw-p").page(page)));
        }
        return guest.write(folder.resolve("guest.raw"));
    }

    private static void fill(WrittenGuest guest, byte[] with, long from) throws IOException {
        ByteBuffer many = ByteBuffer.allocate(MIB / with.length * with.length);
        while (many.hasRemaining()) {
            many.put(with);
        }
        try (FileChannel file = FileChannel.open(guest.path(), WRITE)) {
            for (long at = 0; at + many.capacity() <= EACH; at += many.capacity()) {
                file.write(many.rewind(), from + at);
            }
        }
    }

    private static void requireFound(WrittenGuest guest) {
        ReadGuest read =
                assertTimeoutPreemptively(Duration.ofMinutes(5), () -> ReadGuest.of(guest));
        assertEquals(guest.tasks().size(), read.all(GraphNode.Task.class).size());
    }

    @Test
    void names() throws IOException {
        WrittenGuest guest = guest();
        fill(guest, "swapper/0\0\0\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII), 0);
        requireFound(guest);
    }

    @Test
    void headers() throws IOException {
        WrittenGuest guest = guest();
        byte[] header = new byte[24];
        long btf = guest.physical(guest.symbols().getOrDefault("__start_BTF", 0L));
        try (FileChannel file = FileChannel.open(guest.path(), READ)) {
            file.read(ByteBuffer.wrap(header), btf - guest.ramBase());
        }
        fill(guest, header, 0);
        byte[] page = new byte[4096];
        System.arraycopy(header, 0, page, 0, header.length);
        fill(guest, page, EACH);
        requireFound(guest);
    }
}
