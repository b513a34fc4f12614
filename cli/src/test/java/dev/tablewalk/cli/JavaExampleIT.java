package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.checks.CheckedGuest;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the page for Java runs on real guests, and counts what the store counts. */
class JavaExampleIT {
    private static final Path PAGES = Docs.ROOT.resolve("docs");
    private static final Path PROGRAM = PAGES.resolve("examples").resolve("MappedMemory.java");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    @NeedsLabGuest("arm64-6.1")
    void countsAsTheStoreDoes() throws IOException, InterruptedException {
        assertCounts("arm64-6.1");
    }

    @Test
    @NeedsLabGuest("x86-6.1")
    void countsAsTheStoreDoesOnX86() throws IOException, InterruptedException {
        assertCounts("x86-6.1");
    }

    @Test
    void isWhatThePageShows() throws IOException {
        assertTrue(
                Files.readString(PAGES.resolve("java.md"))
                        .contains("```java\n" + Files.readString(PROGRAM) + "```"));
    }

    private void assertCounts(String guest) throws IOException, InterruptedException {
        Path image = LabGuests.require(guest).image(1);
        Map<Long, Long> stored = new TreeMap<>();
        try (Checkpoint checkpoint = CheckedGuest.ingest(folder, image, guest);
                Rows rows =
                        checkpoint.query(
                                """
                                MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)
                                WHERE t.pid = t.tgid
                                CALL tw.leaves(m) YIELD leaf
                                RETURN t.pid AS pid, sum(leaf.pages) AS pages
                                """,
                                Map.of())) {
            rows.forEachRemaining(row -> stored.put((Long) row.get(0), (Long) row.get(1)));
        }
        assertTrue(stored.size() > 10, stored.toString());
        assertEquals(stored, printed(image));
    }

    /** By process, what the program prints; started as the page says. */
    private Map<Long, Long> printed(Path image) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Process program =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                PROGRAM.toString(),
                                image.toString())
                        .redirectError(errors.toFile())
                        .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, program.waitFor(), Files.readString(errors));
        assertEquals("", Files.readString(errors));
        Map<Long, Long> pages = new TreeMap<>();
        long last = Long.MAX_VALUE;
        for (String line : output.lines().toList()) {
            String[] words = line.strip().split(" +", 3);
            long count = Long.parseLong(words[1]);
            assertTrue(count <= last, line);
            last = count;
            pages.put(Long.valueOf(words[0]), count);
        }
        return pages;
    }
}
