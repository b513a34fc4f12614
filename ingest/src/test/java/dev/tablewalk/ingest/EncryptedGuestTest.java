package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.synthetic.DemoGuest;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.WrittenGuest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RAM as the host sees it of a guest whose processor encrypts it. */
class EncryptedGuestTest {
    private static final int PAGE = 4096;

    @TempDir Path folder;

    static Iterable<Geometry> geometries() {
        return DemoGuest.geometries();
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void isRefusedWithThatReason(Geometry geometry) throws IOException {
        WrittenGuest guest = DemoGuest.at(geometry, false).write(folder.resolve("guest.raw"));
        // What is shared with the host, for its devices, is not encrypted.
        change(guest.path(), new Random(1), 1.0 / 32, true);
        UserError refused = assertThrows(UserError.class, () -> ReadGuest.of(guest));
        assertEquals(UserError.Kind.IMAGE, refused.kind());
        assertTrue(String.valueOf(refused.getMessage()).contains("encrypted"), refused::toString);
    }

    /** Of which as much is not random as is in guests that are in use. */
    @ParameterizedTest
    @MethodSource("geometries")
    void whatIsDamagedOtherwiseIsNotSaidToBe(Geometry geometry) throws IOException {
        WrittenGuest guest = DemoGuest.at(geometry, false).write(folder.resolve("guest.raw"));
        change(guest.path(), new Random(1), 0, false);
        UserError refused = assertThrows(UserError.class, () -> ReadGuest.of(guest));
        assertFalse(String.valueOf(refused.getMessage()).contains("encrypted"), refused::toString);
    }

    /** Makes every page that holds anything another, but for a share of them. */
    private static void change(Path image, Random random, double but, boolean encrypt)
            throws IOException {
        byte[] page = new byte[PAGE];
        byte[] key = new byte[PAGE];
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            for (long at = 0; at < file.length(); at += PAGE) {
                file.seek(at);
                file.readFully(page);
                random.nextBytes(key);
                if (isFilled(page) && random.nextDouble() >= but) {
                    for (int i = 0; i < PAGE; i++) {
                        page[i] ^= encrypt ? key[i] : 0x55;
                    }
                    file.seek(at);
                    file.write(page);
                }
            }
        }
    }

    private static boolean isFilled(byte[] page) {
        for (byte each : page) {
            if (each != 0) {
                return true;
            }
        }
        return false;
    }
}
