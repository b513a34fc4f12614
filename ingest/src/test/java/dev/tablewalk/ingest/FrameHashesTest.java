package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.KernelEra;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames have the same hash exactly if they have the same bytes, read here without the program. */
class FrameHashesTest {
    @TempDir Path folder;

    private static FrameHashes hashes(Path image, List<String> ram, boolean scan) {
        IngestRequest request =
                new IngestRequest(
                        "hashed",
                        List.of(image),
                        Path.of("target"),
                        ram,
                        false,
                        false,
                        scan,
                        true,
                        "test");
        FrameHashes hashes = Ingest.read(request, Progress.NONE).frameHashes();
        if (hashes == null) {
            throw new AssertionError("no hashes");
        }
        return hashes;
    }

    private WrittenGuest write(int pageShift, String name) throws IOException {
        Geometry geometry = Geometry.arm64(pageShift, 48, false);
        return RandomGuest.of(geometry, KernelEra.LINUX_6_12, 7).write(folder.resolve(name));
    }

    /** Bytes of a frame by its place in the image; all of it must lie in the file. */
    private static byte[] frame(RandomAccessFile image, long offset, int page) throws IOException {
        byte[] bytes = new byte[page];
        image.seek(offset);
        image.readFully(bytes);
        return bytes;
    }

    private static void assertSame(FrameHashes expected, FrameHashes actual) {
        assertEquals(expected.count(), actual.count());
        for (int i = 0; i < expected.count(); i++) {
            assertEquals(expected.hash(i), actual.hash(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 14, 16})
    void areEqualWhereBytesAre(int pageShift) throws IOException {
        WrittenGuest guest = write(pageShift, "guest.raw");
        FrameHashes hashes = hashes(guest.path(), List.of(), true);
        int page = 1 << pageShift;
        assertEquals(pageShift, hashes.pageShift());
        assertEquals(guest.ramSize() >>> pageShift, hashes.count());
        Map<ByteBuffer, Long> byBytes = new HashMap<>();
        Map<Long, ByteBuffer> byHash = new HashMap<>();
        try (RandomAccessFile image = new RandomAccessFile(guest.path().toFile(), "r")) {
            assertEquals(guest.ramSize(), image.length());
            for (long offset = 0; offset < guest.ramSize(); offset += page) {
                int index = hashes.index(guest.ramBase() + offset);
                assertEquals(offset >>> pageShift, index);
                ByteBuffer bytes = ByteBuffer.wrap(frame(image, offset, page));
                long hash = hashes.hash(index);
                Long before = byBytes.putIfAbsent(bytes, hash);
                assertTrue(before == null || before == hash, "same bytes, other hash");
                if (before == null) {
                    assertNull(byHash.put(hash, bytes), "same hash, other bytes");
                }
            }
        }
        assertTrue(byBytes.size() > 50, () -> "hardly any content: " + byBytes.size());
    }

    @Test
    void areTheSameWithoutAScanAndInParts() throws IOException {
        WrittenGuest guest = write(12, "guest.raw");
        FrameHashes hashes = hashes(guest.path(), List.of(), true);
        assertSame(hashes, hashes(guest.path(), List.of(), false));
        long half = guest.ramSize() / 2 & -4096;
        List<String> parts =
                List.of(
                        "0x%x:0x%x".formatted(guest.ramBase(), half),
                        "0x%x:0x%x@0x%x"
                                .formatted(guest.ramBase() + half, guest.ramSize() - half, half));
        FrameHashes inParts = hashes(guest.path(), parts, true);
        assertSame(hashes, inParts);
        assertEquals(
                hashes.count(), inParts.runs().stream().mapToInt(FrameHashes.Run::pages).sum());
    }

    @Test
    void holesHaveTheHashOfZeroes() throws IOException {
        WrittenGuest guest = write(12, "sparse.raw");
        FrameHashes sparse = hashes(guest.path(), List.of(), true);
        Path dense = folder.resolve("dense.raw");
        int allocated = 0;
        try (RandomAccessFile from = new RandomAccessFile(guest.path().toFile(), "r");
                RandomAccessFile to = new RandomAccessFile(dense.toFile(), "rw")) {
            byte[] zeroes = new byte[4096];
            for (long offset = 0; offset < guest.ramSize(); offset += 4096) {
                byte[] bytes = frame(from, offset, 4096);
                to.write(bytes); // Java writes zeroes as it does all else: no holes.
                allocated += Arrays.equals(bytes, zeroes) ? 0 : 1;
            }
        }
        assertTrue(allocated < sparse.count() / 2, "the image is not sparse");
        assertSame(sparse, hashes(dense, List.of(), true));
    }

    @Test
    void areNotMadeUnasked() throws IOException {
        ReadGuest read = ReadGuest.of(write(12, "guest.raw"));
        assertNull(read.graph.frameHashes());
        assertEquals(false, read.graph.checkpoint().hashed());
    }

    @Test
    void tellOneBitOfRam() throws IOException {
        WrittenGuest guest = write(12, "guest.raw");
        FrameHashes before = hashes(guest.path(), List.of(), true);
        long spare = guest.spares().getFirst();
        try (RandomAccessFile image = new RandomAccessFile(guest.path().toFile(), "rw")) {
            image.seek(spare - guest.ramBase() + 4095);
            int last = image.read();
            image.seek(spare - guest.ramBase() + 4095);
            image.write(last ^ 0x80);
        }
        FrameHashes after = hashes(guest.path(), List.of(), true);
        for (int i = 0; i < before.count(); i++) {
            if (i == before.index(spare)) {
                assertNotEquals(before.hash(i), after.hash(i));
            } else {
                assertEquals(before.hash(i), after.hash(i));
            }
        }
    }
}
