package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.RamRange;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that ask for much: neither time nor memory follows what they claim. */
class HostileImageTest {
    private static final int PAGE = 4096;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long TIB = 1L << 40;

    @TempDir Path folder;

    private Image open(Path file) {
        return assertTimeoutPreemptively(
                LIMIT, () -> Image.open(List.of(file), false, folder, Progress.NONE));
    }

    private void assertRefused(String why, Path file) {
        UserError error = assertThrows(UserError.class, () -> open(file).close());
        assertEquals(UserError.Kind.IMAGE, error.kind());
        assertTrue(String.valueOf(error.getMessage()).contains(why), error::getMessage);
    }

    /** Many pieces, and as many segments again, each of which lies over all of them. */
    @Test
    void overlappingSegments() throws IOException {
        int pieces = 200_000;
        ByteBuffer head =
                ByteBuffer.allocate(64 + 64 + 56 * 2 * pieces).order(ByteOrder.LITTLE_ENDIAN);
        head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        head.putShort((short) 4).putShort((short) 183).putInt(1).putLong(0);
        head.putLong(128).putLong(64).position(54);
        head.putShort((short) 56).putShort((short) 0xffff);
        head.position(64 + 44).putInt(2 * pieces).position(128);
        for (int i = 0; i < pieces; i++) {
            segment(head, 2L * PAGE * i, PAGE);
        }
        for (int i = 0; i < pieces; i++) {
            segment(head, 0, 2L * PAGE * pieces);
        }
        Path file = Files.write(folder.resolve("elf"), head.array());
        try (Image image = open(file)) {
            List<RamRange> parts = image.parts();
            assertEquals(1, parts.size());
            assertEquals(2L * PAGE * pieces, parts.getFirst().size());
        }
    }

    private static void segment(ByteBuffer head, long pa, long size) {
        head.putInt(1).putInt(7).putLong(0).putLong(0).putLong(pa);
        head.putLong(0).putLong(size).putLong(0);
    }

    /** Bitmaps for more pages than there is memory for, in a file that is a hole. */
    @Test
    void bitmapsInAHole() throws IOException {
        Path file = folder.resolve("kdump");
        int blocks = (1 << 30) / PAGE;
        ByteBuffer head = ByteBuffer.allocate(2 * PAGE).order(ByteOrder.LITTLE_ENDIAN);
        head.put("KDUMP   ".getBytes(StandardCharsets.US_ASCII)).putInt(6).position(428);
        head.putInt(PAGE).putInt(1).putInt(2 * blocks);
        head.putLong(PAGE + 96, 1L << 33);
        try (RandomAccessFile to = new RandomAccessFile(file.toFile(), "rw")) {
            to.write(head.array());
            to.setLength(2L * PAGE + (1L << 31));
        }
        assertRefused("it holds no memory", file);
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private Path stream(String capability, long bytes, Body body) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(stream);
        out.writeBytes("QEVM\0\0\0\3" + capability + "\1\0\0\0\1\3ram\0\0\0\0\0\0\0\4");
        out.writeLong(bytes | 4);
        out.writeBytes("\4main");
        out.writeLong(bytes);
        body.write(out);
        return Files.write(folder.resolve("stream"), stream.toByteArray());
    }

    /** Each page of nine bytes, far from the last. */
    @Test
    void pagesFarApart() throws IOException {
        Path file =
                stream(
                        "",
                        4 * TIB,
                        out -> {
                            for (long at = 0; at < 4 * TIB; at += 256 << 20) {
                                out.writeLong(at | (at == 0 ? 2 : 0x22));
                                out.writeBytes(at == 0 ? "\4main\0" : "\0");
                            }
                        });
        try (Image image = open(file)) {
            assertEquals(4 * TIB, image.bytes().size());
            assertTrue(image.isCut());
        }
    }

    @Test
    void moreMemoryThanThereCanBe() throws IOException {
        Path file =
                stream(
                        "",
                        4 * TIB,
                        out -> {
                            out.writeLong(PAGE | 4);
                            out.writeBytes("\4more");
                            out.writeLong(PAGE);
                            out.writeLong(2);
                            out.writeBytes("\4main\0");
                        });
        try (Image image = open(file)) {
            assertTrue(image.damage().getFirst().contains("a block of memory"));
        }
    }

    /** A block of memory that is mapped, all of it in a hole. */
    @Test
    void mappedHole() throws IOException {
        Path file =
                stream(
                        "\12mapped-ram",
                        4 * TIB,
                        out -> {
                            out.writeInt(1);
                            out.writeLong(PAGE);
                            out.writeLong(PAGE);
                            out.writeLong(1 << 20);
                        });
        try (RandomAccessFile to = new RandomAccessFile(file.toFile(), "rw")) {
            to.setLength(1L << 28);
        }
        try (Image image = open(file)) {
            assertEquals(4 * TIB, image.bytes().size());
            assertEquals(0, image.bytes().u64(TIB));
            assertTrue(image.isCut());
        }
    }
}
