package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hashes of frames go with their checkpoint. */
class FrameHashesIT {
    private static final int FRAMES = 100_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    @Test
    void areKeptWithACheckpointThatHasThem() throws IOException {
        StoreHome home = StoreHome.at(dir);
        long[] hashes = new long[FRAMES];
        for (int i = 0; i < FRAMES; i++) {
            hashes[i] = i * 0x9e37_79b9_7f4a_7c15L;
        }
        FrameHashes written =
                new FrameHashes(12, List.of(new FrameHashes.Run(1L << 30, FRAMES, 0)), hashes);
        CheckpointInfo plain = home.load("plain", SmallGraph.named("plain"), Progress.NONE);
        CheckpointInfo hashed =
                home.load("hashed", SmallGraph.named("hashed", written), Progress.NONE);
        assertEquals(false, plain.properties().get("hashed"));
        assertEquals(true, hashed.properties().get("hashed"));
        assertTrue(
                Math.abs(hashed.sizeBytes() - plain.sizeBytes() - FrameHashFile.size(written))
                        < 10_000,
                plain + " " + hashed);
        assertFalse(Files.exists(dir.resolve("plain").resolve(FrameHashFile.FILE)));
        try (Checkpoint checkpoint = home.open("plain")) {
            assertNull(checkpoint.frameHashes());
        }
        try (Checkpoint checkpoint = home.open("hashed");
                Rows rows = checkpoint.query("MATCH (c:Checkpoint) RETURN c.hashed", Map.of())) {
            assertEquals(List.of(true), rows.next());
            FrameHashes read = Objects.requireNonNull(checkpoint.frameHashes());
            assertSame(read, checkpoint.frameHashes());
            assertEquals(written.runs(), read.runs());
            for (int i = 0; i < FRAMES; i++) {
                assertEquals(written.hash(i), read.hash(i));
            }
        }
        Files.delete(dir.resolve("hashed").resolve(FrameHashFile.FILE));
        try (Checkpoint checkpoint = home.open("hashed")) {
            UserError error = assertThrows(UserError.class, () -> checkpoint.frameHashes());
            assertTrue(String.valueOf(error.getMessage()).contains("missing"));
        }
    }
}
