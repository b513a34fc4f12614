package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.synthetic.FrameUse;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.TableViolations;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kernel that has started no process yet is sound, though nothing of a process proves it. */
class EarlyBootTest {
    @TempDir Path folder;

    private WrittenGuest write(KernelEra era) throws IOException {
        return GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                .era(era)
                .kernelThread(2, "kthreadd")
                .write(folder.resolve("guest.raw"));
    }

    @ParameterizedTest
    @EnumSource
    void structPageIsProvedByTheKernelsText(KernelEra era) throws IOException {
        ReadGuest read = ReadGuest.of(write(era));
        assertEquals(0, read.anomalies());
        assertTrue(
                found(read)
                        .endsWith(
                                "(no process has tables, and the kernel's text is reserved"
                                        + " there)"));
        assertTrue(
                read.all(GraphNode.PageRange.class).stream()
                        .anyMatch(
                                r -> r.frames() != null && r.frames().frame().equals("reserved")));
    }

    /** Where that does not hold either, it is said, and nothing is wrong with the guest. */
    @ParameterizedTest
    @EnumSource
    void orIsLeftOut(KernelEra era) throws IOException {
        WrittenGuest guest = write(era);
        long text = guest.physical(Objects.requireNonNull(guest.symbols().get("_stext")));
        for (long page = 0; page < 64; page++) {
            new TableViolations(guest).say(text + page * 0x1000, FrameUse.OTHER);
        }
        ReadGuest read = ReadGuest.of(guest);
        assertEquals(0, read.anomalies());
        assertEquals("none (no process has tables by which to prove it)", found(read));
    }

    private static String found(ReadGuest read) {
        return read.graph.checkpoint().found().getOrDefault("struct_page", "");
    }
}
