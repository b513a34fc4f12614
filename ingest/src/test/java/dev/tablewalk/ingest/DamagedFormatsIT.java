package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.lab.Damage;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that QEMU, libvirt, LiME, makedumpfile, the kernel and the compressors wrote of real
 * guests, cut off and changed anywhere: reading one ends, with a graph or with one line.
 */
class DamagedFormatsIT {
    /** Places at which each file is cut. */
    private static final int PLACES = 100;

    /** Of these, so many are also read as far as they go. */
    private static final int READ = 4;

    /** How often each file has bytes changed. */
    private static final int RUNS = Integer.getInteger("tablewalk.damage.runs", 4);

    /** A sound one takes a second or two. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Where half of the changes are made: the headers of every format lie there. */
    private static final long HEADERS = 64 << 10;

    @TempDir Path scratch;

    /** Empty if it is refused, in a line. */
    private Optional<GuestGraph> read(Path image, boolean incomplete) {
        IngestRequest request =
                new IngestRequest(
                        "guest",
                        List.of(image),
                        scratch,
                        List.of(),
                        false,
                        incomplete,
                        true,
                        true,
                        "test");
        return assertTimeoutPreemptively(
                LIMIT,
                () -> {
                    try {
                        return Optional.of(Ingest.read(request, Progress.NONE));
                    } catch (UserError e) {
                        String says = String.valueOf(e.getMessage());
                        assertEquals(UserError.Kind.IMAGE, e.kind(), says);
                        assertFalse(says.contains("\n"), says);
                        return Optional.empty();
                    }
                });
    }

    @LabGuestTest({
        "formats-6.1",
        "formats-crash",
        "formats-lime",
        "formats-libvirt",
        "formats-x86-lime"
    })
    void cutAnywhere(LabGuest guest) throws IOException {
        for (String format : FormatsIT.formats(guest)) {
            Path image = copy(guest, format);
            Random random = new Random(format.hashCode());
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                long size = file.length();
                for (int i = PLACES - 1; i >= 0; i--) {
                    file.setLength(1 + size * i / PLACES + random.nextLong(size / PLACES));
                    assertTrue(
                            read(image, false).isEmpty(),
                            () ->
                                    format
                                            + " was read although it is cut at "
                                            + image.toFile().length());
                    if (i % (PLACES / READ) == PLACES / READ / 2) {
                        read(image, true)
                                .ifPresent(graph -> assertTrue(graph.checkpoint().anomalies() > 0));
                    }
                }
            }
        }
    }

    @LabGuestTest({
        "formats-6.1",
        "formats-crash",
        "formats-lime",
        "formats-libvirt",
        "formats-x86-lime"
    })
    void changedAnywhere(LabGuest guest) throws IOException {
        for (String format : FormatsIT.formats(guest)) {
            Path image = copy(guest, format);
            Random random = new Random(format.hashCode());
            for (int run = 0; run < RUNS; run++) {
                try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                    long within = run % 2 == 0 ? Math.min(file.length(), HEADERS) : file.length();
                    Changes changes = new Changes(file);
                    for (int n = 1 << random.nextInt(15); n > 0; n--) {
                        changes.change(random.nextLong(within), random.nextInt(256));
                    }
                    read(image, true); // ends, whichever way
                    changes.undo();
                }
            }
        }
    }

    private Path copy(LabGuest guest, String format) throws IOException {
        Path copy = scratch.resolve("damaged");
        Damage.copySparsely(FormatsIT.file(guest, format), copy);
        return copy;
    }

    /** Changes bytes, and changes them back. */
    private static final class Changes {
        private final RandomAccessFile file;
        private final Map<Long, Integer> before = new LinkedHashMap<>();

        Changes(RandomAccessFile file) {
            this.file = file;
        }

        void change(long at, int to) throws IOException {
            file.seek(at);
            before.putIfAbsent(at, file.read());
            write(at, to);
        }

        void undo() throws IOException {
            for (Map.Entry<Long, Integer> each : before.entrySet()) {
                write(each.getKey(), each.getValue());
            }
        }

        private void write(long at, int to) throws IOException {
            file.seek(at);
            file.write(to);
        }
    }
}
