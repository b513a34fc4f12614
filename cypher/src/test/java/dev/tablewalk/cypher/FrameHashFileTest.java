package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.FrameHashes.Run;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was written is read, and whatever else lies there is refused in one line. */
class FrameHashFileTest {
    private static final int SHIFT = 14;
    private static final int HEADER = 24;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void fileInDir() {
        file = dir.resolve(FrameHashFile.FILE);
    }

    private static FrameHashes made(int runs, int pages, long seed) {
        Random random = new Random(seed);
        List<Run> list = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            list.add(new Run((long) i << 40, pages, i * pages));
        }
        return new FrameHashes(SHIFT, list, random.longs((long) runs * pages).toArray());
    }

    private FrameHashes read() {
        return FrameHashFile.read(dir, "some", 1 << SHIFT);
    }

    private void refused(String what) {
        UserError error = assertThrows(UserError.class, this::read, what);
        assertEquals(UserError.Kind.INPUT, error.kind());
        String message = String.valueOf(error.getMessage());
        assertTrue(
                message.startsWith("checkpoint 'some' is damaged: " + FrameHashFile.FILE), message);
        assertTrue(message.contains("ingest its image again"), message);
        assertFalse(message.contains("\n"), message);
    }

    private static void assertSame(FrameHashes expected, FrameHashes actual) {
        assertEquals(expected.pageShift(), actual.pageShift());
        assertEquals(expected.runs(), actual.runs());
        for (int i = 0; i < expected.count(); i++) {
            assertEquals(expected.hash(i), actual.hash(i));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "3, 7", "2, 4095", "1, 8188", "1, 8189", "1, 8190", "5000, 10"})
    void isReadAsItWasWritten(int runs, int pages) throws IOException {
        FrameHashes written = made(runs, pages, pages);
        FrameHashFile.write(dir, written);
        assertEquals(FrameHashFile.size(written), Files.size(file));
        assertSame(written, read());
    }

    @Test
    void isLaidOutAsItIsDescribed() throws IOException {
        FrameHashFile.write(
                dir,
                new FrameHashes(
                        SHIFT, List.of(new Run(0x4000_0000L, 1, 0)), new long[] {0x0102030405L}));
        assertEquals(
                "TFRMHASH 1 0 0 0 e 0 0 0 1 0 0 0 1 0 0 0 0 0 0 40 0 0 0 0 1 0 0 0 0 0 0 0 5 4 3 2"
                        + " 1 0 0 0",
                text(Files.readAllBytes(file)));
    }

    private static String text(byte[] all) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < all.length - 4; i++) {
            text.append(i < 8 ? (char) all[i] : " " + Integer.toHexString(all[i] & 0xff));
        }
        return text.toString();
    }

    @Test
    void aCutOneIsRefusedWhereverItIsCut() throws IOException {
        FrameHashFile.write(dir, made(3, 7, 1));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            refused("cut to " + length);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        refused("one byte too long");
    }

    @Test
    void everyChangedBitIsSeen() throws IOException {
        FrameHashFile.write(dir, made(3, 7, 2));
        byte[] bytes = Files.readAllBytes(file);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bytes);
            refused("bit " + bit);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void changedBytesAreSeen() throws IOException {
        FrameHashFile.write(dir, made(3, 7, 3));
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(4);
        for (int i = 0; i < 2000; i++) {
            byte[] changed = whole.clone();
            int most = random.nextBoolean() ? HEADER : whole.length;
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                changed[random.nextInt(most)] = (byte) random.nextInt();
            }
            Files.write(file, changed);
            if (!Arrays.equals(whole, changed)) {
                refused("change " + i);
            }
        }
    }

    @Test
    void aMissingOneAndOneOfAnotherPageSizeAreRefused() throws IOException {
        refused("missing");
        FrameHashFile.write(dir, made(1, 1, 5));
        assertThrows(UserError.class, () -> FrameHashFile.read(dir, "some", 4096));
        assertThrows(UserError.class, () -> FrameHashFile.read(dir, "some", 0));
        Files.delete(file);
        Files.createDirectory(file);
        refused("a folder");
    }
}
