package dev.tablewalk.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What only one architecture has stands in its package alone: the names of its registers, and the
 * bits of its descriptors. Left out are the guests that are written for tests, and the explorer's
 * tables of bits.
 */
class ProcessorWordsTest {
    private static final Pattern REGISTERS =
            Pattern.compile(
                    "\\b(ttbr[01]|tcr|mair|sctlr|hcr|sp_el|pstate|cr[0-48]|efer|gs_base|fs_base|rip"
                            + "|rsp|rflags|pcid)(_el[0-3])?\\b|\\b(esr|far|elr|spsr)_el[0-3]\\b",
                    Pattern.CASE_INSENSITIVE);

    /** Of an entry's upper half, where no address is. */
    private static final Pattern BITS =
            Pattern.compile("\\b(1L << (5[2-9]|6[0-2])|2 ?\\^ ?5[2-9])\\b");

    private static final Pattern THEIRS =
            Pattern.compile(
                    ".*/ingest/(arch/(arm64|x86_64)|synthetic)/.*|.*/explorer/(arm64|x86-64)\\.js");

    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("graph-model", "ingest", "cypher", "cli")) {
            try (Stream<Path> files = Files.walk(TOP.resolve(module).resolve("src/main"))) {
                files.filter(file -> file.toString().matches(".*\\.(java|cypher|js|html)"))
                        .forEach(sources::add);
            }
        }
        return sources;
    }

    private static List<String> found(Path file, Pattern pattern) {
        List<String> found = new ArrayList<>();
        try {
            Matcher matcher = pattern.matcher(Files.readString(file));
            while (matcher.find()) {
                found.add(TOP.relativize(file) + ": " + matcher.group());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static boolean isTheirs(Path file) {
        return THEIRS.matcher(file.toString().replace('\\', '/')).matches();
    }

    private static void assertOnlyTheirs(Pattern pattern) throws IOException {
        List<String> elsewhere = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        for (Path file : sources()) {
            (isTheirs(file) ? theirs : elsewhere).addAll(found(file, pattern));
        }
        assertEquals(List.of(), elsewhere);
        assertTrue(theirs.size() > 5, () -> "not even where they belong: " + theirs);
    }

    @Test
    void registersAreNamedByTheirArchitectureAlone() throws IOException {
        assertOnlyTheirs(REGISTERS);
    }

    @Test
    void soAreBitsOfDescriptors() throws IOException {
        assertOnlyTheirs(BITS);
    }
}
