package dev.tablewalk.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PageFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private static String refusal(Path path, boolean force) {
        return String.valueOf(
                assertThrows(UserError.class, () -> new PageFile(path, force).write("new"))
                        .getMessage());
    }

    @Test
    void isWrittenAndNothingElseIs() throws IOException {
        Path path = folder.resolve("a.html");
        new PageFile(path, false).write("page");
        assertEquals("page", Files.readString(path));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void takesAnothersPlaceOnlyByForce() throws IOException {
        Path path = Files.writeString(folder.resolve("a.html"), "old");
        assertTrue(refusal(path, false).contains("--force"));
        assertEquals("old", Files.readString(path));
        new PageFile(path, true).write("new");
        assertEquals("new", Files.readString(path));
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertTrue(refusal(folder, true).contains("is a folder"));
        assertTrue(refusal(folder.resolve("none/a.html"), true).contains("no folder"));
    }
}
