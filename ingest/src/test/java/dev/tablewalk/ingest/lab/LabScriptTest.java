package dev.tablewalk.ingest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** What a test comes to when the lab's script does this or that: played by scripts of a line. */
class LabScriptTest {
    @TempDir Path folder;
    private final List<String> notes = new ArrayList<>();

    private LabScript script(String text) throws IOException {
        return new LabScript(Files.writeString(folder.resolve("lab"), text), notes::add);
    }

    @Test
    void aMissingLabSkipsWithTheReason() throws IOException {
        LabScript script = script("echo note >&2; echo 'lab: not installed: qemu' >&2; exit 69");
        TestAbortedException skipped =
                assertThrows(
                        TestAbortedException.class, () -> LabGuests.require(script, "some-guest"));
        assertEquals("lab guest some-guest: not installed: qemu", skipped.getMessage());
    }

    @Test
    void aBrokenCaptureFails() throws IOException {
        LabScript script = script("echo 'the guest panicked'; exit 1");
        AssertionError failed =
                assertThrows(AssertionError.class, () -> LabGuests.require(script, "some-guest"));
        assertTrue(
                String.valueOf(failed.getMessage()).contains("the guest panicked"),
                failed::getMessage);
    }

    @Test
    void aCapturedGuestIsWhereTheScriptSays() throws IOException {
        LabScript script =
                script("case $1 in path) echo /cache/guests/$2-$3.raw;; *) echo on >&2;; esac");
        LabGuest guest = LabGuests.require(script, "g");
        assertEquals(Path.of("/cache/guests/g-2.raw"), guest.image(2));
        assertEquals(Path.of("/cache/guests/g-1.truth"), guest.truth(1));
    }

    @Test
    void theScriptRunsOnceForEachGuest() throws IOException {
        Path runs = folder.resolve("runs");
        LabScript script = script("echo run >> '" + runs + "'; exit 69");
        for (int i = 0; i < 3; i++) {
            assertThrows(TestAbortedException.class, () -> LabGuests.require(script, "g"));
        }
        assertEquals(List.of("run"), Files.readAllLines(runs));
        assertEquals(1, notes.size());
    }

    @Test
    void theFourGuestsAreDefined() {
        assertEquals(
                List.of("arm64-6.1", "arm64-6.12", "arm64-6.12-lpa2", "arm64-6.12-16k"),
                LabGuests.names());
    }
}
