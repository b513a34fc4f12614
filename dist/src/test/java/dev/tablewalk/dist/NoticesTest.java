package dev.tablewalk.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    private Path jars() {
        return folder.resolve("lib");
    }

    private Path out() {
        return folder.resolve("out");
    }

    @BeforeEach
    void duckDb() throws IOException {
        Files.createDirectory(jars());
        jar(folder.resolve("duckdb_jdbc.jar"), Map.of());
    }

    private static void jar(Path file, Map<String, String> entries) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("some.class"));
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void run(Object... licences) throws IOException {
        Path bill = folder.resolve("bill.json");
        JSON.writeValue(
                bill.toFile(),
                Map.of(
                        "components",
                        List.of(
                                Map.of("group", "dev.tablewalk", "name", "graph-model"),
                                Map.of(
                                        "group", "org.example",
                                        "name", "part",
                                        "version", "1.0",
                                        "purl", "pkg:maven/org.example/part@1.0?type=jar",
                                        "licenses", List.of(licences)))));
        Notices.main(
                new String[] {
                    bill.toString(),
                    jars().toString(),
                    folder.resolve("duckdb_jdbc.jar").toString(),
                    "2.0",
                    "25.0.1",
                    out().toString()
                });
    }

    private static Map<String, Object> id(String id) {
        return Map.of("license", Map.of("id", id));
    }

    private String written(String file) throws IOException {
        return Files.readString(out().resolve(file));
    }

    @Test
    void takesWhatTheJarSaysItself() throws IOException {
        jar(
                jars().resolve("part-1.0.jar"),
                Map.of("META-INF/LICENSE.txt", "as you like", "META-INF/NOTICE", "by us"));
        run(id("EPL-2.0"), id("BSD-3-Clause"));
        assertEquals("as you like", written("third-party/part-1.0/META-INF_LICENSE.txt"));
        assertEquals("by us", written("third-party/part-1.0/META-INF_NOTICE"));
        assertFalse(Files.exists(out().resolve("third-party/part-1.0/LICENSE")));
        List<String> parts = written("third-party.txt").lines().skip(2).toList();
        assertEquals(
                List.of(
                        "duckdb_jdbc 2.0: MIT",
                        "openjdk 25.0.1: GPL-2.0-with-classpath-exception,"
                                + " lib/tablewalk/runtime/legal",
                        "part 1.0: BSD-3-Clause"),
                parts);
        assertEquals(
                List.of("graph-model", "part", "duckdb_jdbc", "openjdk"),
                JSON.readTree(written("tablewalk.cdx.json"))
                        .path("components")
                        .findValuesAsText("name"));
    }

    @Test
    void addsTheTextThatAJarLacks() throws IOException {
        jar(jars().resolve("part-1.0.jar"), Map.of("NOTICE", "by us"));
        run(id("Apache-2.0"));
        assertTrue(written("third-party/part-1.0/LICENSE").contains("Version 2.0, January 2004"));
        assertTrue(
                written("third-party/duckdb_jdbc-2.0/LICENSE")
                        .startsWith(
                                "Copyright 2018-2025 Stichting DuckDB Foundation\n\nPermission"));
    }

    @Test
    void takesOneOfAnExpression() throws IOException {
        jar(jars().resolve("part-1.0.jar"), Map.of("LICENSE", "both"));
        run(Map.of("expression", "(CDDL-1.0 OR GPL-2.0-with-classpath-exception)"));
        assertTrue(
                written("third-party.txt").contains("part 1.0: GPL-2.0-with-classpath-exception"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GPL-2.0", "CDDL-1.0", "BSD-4-Clause", "SSPL-1.0", "Proprietary"})
    void refusesWhatDoesNotFit(String licence) throws IOException {
        jar(jars().resolve("part-1.0.jar"), Map.of("LICENSE", "no"));
        IOException refused = assertThrows(IOException.class, () -> run(id(licence)));
        assertEquals("part is under [" + licence + "], which do not fit", refused.getMessage());
    }

    @Test
    void refusesWhatDoesNotSayWhoseItIs() throws IOException {
        jar(jars().resolve("part-1.0.jar"), Map.of("NOTICE", "by us"));
        IOException refused = assertThrows(IOException.class, () -> run(id("MIT")));
        assertTrue(String.valueOf(refused.getMessage()).contains("part does not say whose it is"));
    }

    @Test
    void refusesWhatHasNoLicence() throws IOException {
        jar(jars().resolve("part-1.0.jar"), Map.of("LICENSE", "?"));
        assertThrows(IOException.class, this::run);
    }

    @Test
    void refusesJarsThatTheBillDoesNotKnow() throws IOException {
        jar(jars().resolve("part-1.0.jar"), Map.of("LICENSE", "ours"));
        jar(jars().resolve("other-1.0.jar"), Map.of());
        IOException refused = assertThrows(IOException.class, () -> run(id("MIT")));
        assertTrue(String.valueOf(refused.getMessage()).contains("other-1.0.jar"));
        Files.delete(jars().resolve("part-1.0.jar"));
        assertThrows(IOException.class, () -> run(id("MIT")));
    }
}
