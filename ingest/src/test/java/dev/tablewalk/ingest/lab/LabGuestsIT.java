package dev.tablewalk.ingest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That the guests are what the other tests take them for. */
class LabGuestsIT {
    private static final long MEBIBYTE = 1L << 20;

    @LabGuestTest
    void aCheckpointIsAnImageWithItsWholeTruth(LabGuest guest, int checkpoint) throws IOException {
        assertEquals(512 * MEBIBYTE, Files.size(guest.image(checkpoint)));
        List<String> truth = Files.readAllLines(guest.truth(checkpoint));
        assertEquals("END", truth.getLast());
        assertTrue(truth.get(1).matches("C \\d+ \\d+ [1-9]\\d* [1-9]\\d*"), truth.get(1));
        for (String kind : List.of("T ", "V ", "P ")) {
            long records = truth.stream().filter(line -> line.startsWith(kind)).count();
            assertTrue(records > 100, guest + " has " + records + " records " + kind);
        }
        assertTrue(truth.stream().anyMatch(LabGuestsIT::isSwappedPage), "nothing is swapped out");
    }

    @LabGuestTest
    void betweenTheCheckpointsTasksEndAndOthersStart(LabGuest guest) throws IOException {
        Set<String> before = threads(guest.truth(1));
        Set<String> after = threads(guest.truth(2));
        assertTrue(left(before, after) >= 10, guest + " lost " + left(before, after));
        assertTrue(left(after, before) >= 15, guest + " gained " + left(after, before));
    }

    @Test
    void the16KibGuestHas16KibPages() throws IOException {
        LabGuest guest = LabGuests.require("arm64-6.12-16k");
        try (var lines = Files.lines(guest.truth(1))) {
            assertEquals("PAGESIZE 16384", lines.findFirst().orElseThrow());
        }
        assertNotEquals(guest.image(1), LabGuests.require("arm64-6.12").image(1));
    }

    private static long left(Set<String> tasks, Set<String> others) {
        return tasks.stream().filter(task -> !others.contains(task)).count();
    }

    private static Set<String> threads(Path truth) throws IOException {
        try (var lines = Files.lines(truth)) {
            return lines.filter(line -> line.startsWith("T ")).collect(Collectors.toSet());
        }
    }

    /** Bit 7 of the flags, the last word. */
    private static boolean isSwappedPage(String line) {
        return line.startsWith("P ")
                && (Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1), 16) & 0x80) != 0;
    }
}
