package dev.tablewalk.ingest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That the guests are what the other tests take them for. */
class LabGuestsIT {
    private static final long MEBIBYTE = 1L << 20;

    @LabGuestTest({"lab", "x86"})
    void aCheckpointIsAnImageWithItsWholeTruth(LabGuest guest, int checkpoint) throws IOException {
        long size = Files.size(guest.image(checkpoint));
        assertTrue(size > 0 && size % (512 * MEBIBYTE) == 0, () -> size + " bytes");
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

    /** What {@code guest/changing.c} is there for. */
    @LabGuestTest({"lab", "x86"})
    void betweenTheCheckpointsLivingProcessesChange(LabGuest guest) throws IOException {
        Map<String, Told> before = processes(guest.truth(1));
        Map<String, Told> after = processes(guest.truth(2));
        List<String> unchanged = List.of("ch-still", "ch-written", "ch-orphan", "ch-stopped");
        for (String name : unchanged) {
            assertEquals(
                    get(before, name).written(), get(after, name).written(), guest + " " + name);
            assertEquals(get(before, name).areas, get(after, name).areas, guest + " " + name);
        }
        Map<String, String> successors =
                Map.of(
                        "ch-renamed", "ch-newname",
                        "ch-exec", "ch-execed",
                        "ch-thread-exec", "ch-thread-exec",
                        "ch-before", "ch-reused",
                        "ch-again", "ch-again");
        successors.forEach((a, b) -> assertEquals(get(before, a).pid, get(after, b).pid, a));
        assertFalse(after.containsKey("ch-gone") || before.containsKey("ch-born"), guest::name);
        assertEquals("1", get(after, "ch-orphan").status.get("PPid"));
        assertTrue(get(after, "ch-setuid").status.getOrDefault("Uid", "").startsWith("4321"));
        assertEquals("T (stopped)", get(after, "ch-stopped").status.get("State"));
        assertEquals("Z (zombie)", get(after, "ch-zombie").status.get("State"));
        for (String name : List.of("ch-moved", "ch-cow", "ch-cow-child", "ch-swapout")) {
            assertTrue(moved(get(before, name), get(after, name)) > 0, guest + " " + name);
        }
        assertTrue(swapped(get(before, "ch-swapin")) > swapped(get(after, "ch-swapin")));
        assertTrue(swapped(get(before, "ch-swapout")) < swapped(get(after, "ch-swapout")));
        for (String name : List.of("ch-mmap", "ch-stack", "ch-heap", "ch-advised")) {
            assertTrue(
                    get(before, name).pages.size() < get(after, name).pages.size(),
                    guest + " " + name);
        }
        for (String name : List.of("ch-munmap", "ch-thp", "ch-file")) {
            assertTrue(
                    get(before, name).pages.size() > get(after, name).pages.size(),
                    guest + " " + name);
        }
        Told mprotect = get(before, "ch-mprotect");
        assertEquals(mprotect.pages, get(after, "ch-mprotect").pages);
        assertNotEquals(mprotect.areas, get(after, "ch-mprotect").areas);
        assertNotEquals(get(before, "ch-mremap").areas, get(after, "ch-mremap").areas);
        assertTrue(threads(guest.truth(1)).stream().anyMatch(t -> t.endsWith(" ch-thr-ends")));
        for (String name : List.of("ch-thr-born", "ch-thr-named")) {
            assertTrue(threads(guest.truth(2)).stream().anyMatch(t -> t.endsWith(" " + name)));
        }
    }

    /**
     * A process as its truth tells it.
     *
     * @param pages by address, the frame or the slot of swap, and which of both
     * @param areas by start, the end, permissions and path
     */
    private record Told(
            int pid,
            Map<String, String> status,
            Map<Long, String> pages,
            Map<String, String> areas) {
        /** Pages where it can write: the kernel maps those of its code as it comes to them. */
        Map<Long, String> written() {
            Map<Long, String> written = new TreeMap<>();
            areas.forEach(
                    (start, rest) -> {
                        String[] words = rest.substring(1).split(" ", 3);
                        if (words[1].startsWith("rw")) {
                            long from = Long.parseUnsignedLong(start, 16);
                            long to = Long.parseUnsignedLong(words[0], 16);
                            pages.forEach(
                                    (va, page) -> {
                                        if (va >= from && va < to) {
                                            written.put(va, page);
                                        }
                                    });
                        }
                    });
            return written;
        }
    }

    private static Told get(Map<String, Told> in, String name) {
        return Objects.requireNonNull(in.get(name), name);
    }

    private static long moved(Told before, Told after) {
        return before.pages.entrySet().stream()
                .filter(
                        e ->
                                !e.getValue()
                                        .equals(after.pages.getOrDefault(e.getKey(), e.getValue())))
                .count();
    }

    private static long swapped(Told process) {
        return process.pages.values().stream().filter(page -> page.startsWith("swap")).count();
    }

    /** The processes of {@code guest/changing.c}, by name. */
    private static Map<String, Told> processes(Path truth) throws IOException {
        Map<Integer, Told> byPid = new HashMap<>();
        try (var lines = Files.lines(truth)) {
            lines.forEach(
                    line -> {
                        String[] words = line.split("\\s+", 5);
                        if (words.length < 4 || words[0].length() != 1 || words[0].equals("C")) {
                            return;
                        }
                        Told process =
                                byPid.computeIfAbsent(
                                        Integer.parseInt(words[1]),
                                        pid ->
                                                new Told(
                                                        pid,
                                                        new HashMap<>(),
                                                        new HashMap<>(),
                                                        new HashMap<>()));
                        switch (words[0]) {
                            case "S" -> {
                                String[] field = line.split(" ", 3)[2].split(":\\s*", 2);
                                process.status.put(field[0], field[field.length - 1]);
                            }
                            case "V" -> {
                                int dash = words[2].indexOf('-');
                                process.areas.put(
                                        words[2].substring(0, dash),
                                        words[2].substring(dash) + " " + words[3] + " " + words[4]);
                            }
                            case "P" ->
                                    process.pages.put(
                                            Long.parseUnsignedLong(words[2], 16),
                                            (isSwappedPage(line) ? "swap " : "frame ") + words[3]);
                            default -> {}
                        }
                    });
        }
        return byPid.values().stream()
                .filter(p -> p.status.getOrDefault("Name", "").startsWith("ch-"))
                .collect(Collectors.toMap(p -> p.status.getOrDefault("Name", ""), p -> p));
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
