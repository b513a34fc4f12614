package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store home does without a store. */
class StoreHomeTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    private static CheckpointInfo info(String name) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("z", "text \u001b[31m “x”");
        properties.put("a", -1L);
        properties.put("flag", true);
        properties.put("list", List.of("one", "two"));
        return new CheckpointInfo(
                name,
                Instant.parse("2026-01-02T03:04:05Z"),
                1,
                123,
                properties,
                Map.of("Task", 3L),
                Map.of("POINTS_TO", 1L << 40));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".hidden",
                "-x",
                "a/b",
                "../x",
                "/etc",
                "a b",
                "a\nb",
                "a\0b",
                "ä",
                "a\\b",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void badNamesAreRefused(String name) {
        StoreHome home = StoreHome.at(dir);
        for (org.junit.jupiter.api.function.Executable action :
                List.<org.junit.jupiter.api.function.Executable>of(
                        () -> home.requireFree(name),
                        () -> home.info(name),
                        () -> home.open(name),
                        () -> home.remove(name))) {
            UserError error = assertThrows(UserError.class, action);
            String message = String.valueOf(error.getMessage());
            assertEquals(-1, message.indexOf('\n'), message);
            assertEquals(-1, message.indexOf('\0'), message);
        }
        assertEquals(0, java.util.Objects.requireNonNull(dir.toFile().list()).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b-c_d", "1", "_", "a..b", "6.12-lpa2"})
    void goodNamesAreFree(String name) {
        assertDoesNotThrow(() -> StoreHome.at(dir).requireFree(name));
        assertDoesNotThrow(() -> StoreHome.at(dir.resolve("none")).requireFree(name));
    }

    @Test
    void infoIsReadBackAsItWasWritten() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("x"));
        CheckpointFile.write(folder, info("x"));
        CheckpointInfo read = StoreHome.at(dir).info("x");
        assertEquals(info("x"), read);
        assertEquals(List.of("z", "a", "flag", "list"), List.copyOf(read.properties().keySet()));
        assertEquals(List.of(read), StoreHome.at(dir).list());
    }

    @Test
    void aRenamedFolderIsACheckpointOfThatName() throws IOException {
        CheckpointFile.write(Files.createDirectory(dir.resolve("x")), info("x"));
        Files.move(dir.resolve("x"), dir.resolve("y"));
        assertEquals("y", StoreHome.at(dir).info("y").name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "null",
                "{\"schema_version\": 0}",
                "{\"schema_version\": 1, \"created\": \"x\"}"
            })
    void aDamagedCheckpointIsListedAndCanBeRemoved(String json) throws IOException {
        CheckpointFile.write(Files.createDirectory(dir.resolve("good")), info("good"));
        Path folder = Files.createDirectory(dir.resolve("bad"));
        Files.writeString(folder.resolve(CheckpointFile.FILE), json);
        StoreHome home = StoreHome.at(dir);
        List<CheckpointInfo> all = home.list();
        assertEquals(List.of("bad", "good"), all.stream().map(CheckpointInfo::name).toList());
        assertEquals(0, all.getFirst().schemaVersion());
        assertTrue(all.getFirst().properties().containsKey("damaged"));
        UserError error = assertThrows(UserError.class, () -> home.info("bad"));
        assertTrue(String.valueOf(error.getMessage()).contains("is damaged"));
        home.remove("bad");
        assertFalse(Files.exists(folder));
        assertEquals(1, home.list().size());
    }

    @Test
    void aLeftoverOfADeadLoadIsSwept() throws IOException {
        Path leftover = Files.createDirectory(dir.resolve(".loading-x-1-deadbeef"));
        Files.createDirectories(leftover.resolve("data/databases"));
        Files.writeString(leftover.resolve("data/databases/neostore"), "x");
        // The process id is that of a process that lives: not it but the lock decides.
        Files.writeString(leftover.resolve(FolderLock.FILE), "1\ntablewalk ingest\nnow\n");
        Path outside = Files.createDirectory(dir.resolve("kept"));
        Files.writeString(outside.resolve("file"), "x");
        Files.createSymbolicLink(leftover.resolve("link"), outside);
        Files.createDirectory(dir.resolve(".removing-y-1-deadbeef"));
        Files.createDirectory(dir.resolve(".other"));
        StoreHome.at(dir).list();
        assertFalse(Files.exists(leftover));
        assertFalse(Files.exists(dir.resolve(".removing-y-1-deadbeef")));
        assertTrue(Files.exists(dir.resolve(".other")));
        assertTrue(Files.exists(outside.resolve("file")));
    }

    @Test
    void aLoadUnderWayIsNotSwept() throws Exception {
        try (WorkFolder work = WorkFolder.forLoad(dir, "x")) {
            StoreHome.at(dir).list();
            assertTrue(Files.exists(work.path()));
            assertEquals(List.of(), StoreHome.at(dir).list());
        }
        assertEquals(
                List.of(".lock"), List.of(java.util.Objects.requireNonNull(dir.toFile().list())));
    }

    @Test
    void aMessageIsOneLineWithoutControlCharacters() {
        assertEquals("a b?c", Text.oneLine(" a\n\t\u001b b\u202ec ", 80));
        assertEquals("abc…", Text.oneLine("abcdef", 3));
        assertEquals("abc", Text.oneLine("abc", 3));
    }
}
