package dev.tablewalk.cli.diff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a guest said of its pages, read here on its own and not by the program's reader: the format
 * is in the head of {@code truth.c}.
 *
 * @param pages by process and virtual address ({@code "pid va"}), where each leads: {@code pfn N}
 *     or {@code swap TYPE OFFSET}
 * @param leftOut the collector and the shell above it, which move while the one looks
 */
record TruthPages(Map<String, String> pages, Set<Integer> leftOut) {
    private static final int PRESENT = 1 << 8;

    static TruthPages read(Path file) throws IOException {
        TruthPages truth = new TruthPages(new HashMap<>(), new HashSet<>());
        // A task's name may be of any bytes.
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines.forEach(
                    line -> {
                        String[] words = line.split(" ", -1);
                        switch (words[0]) {
                            case "C" -> {
                                truth.leftOut.add(Integer.parseInt(words[1]));
                                truth.leftOut.add(Integer.parseInt(words[2]));
                            }
                            case "P" -> truth.pages.put(key(words), target(words));
                            default -> {}
                        }
                    });
        }
        return truth;
    }

    private static String key(String[] words) {
        return words[1] + " " + words[2];
    }

    private static String target(String[] words) {
        long value = Long.parseLong(words[3], 16);
        return (Integer.parseInt(words[4], 16) & PRESENT) != 0
                ? "pfn " + value
                : "swap " + (value & 31) + " " + (value >> 5);
    }

    /** The pages of this that the other has not, or not so: {@code pid va target}. */
    Set<String> without(TruthPages other) {
        Set<String> lines = new HashSet<>();
        pages.forEach(
                (page, target) -> {
                    int pid = Integer.parseInt(page.substring(0, page.indexOf(' ')));
                    boolean counts = !leftOut.contains(pid) && !other.leftOut.contains(pid);
                    if (counts && !target.equals(other.pages.get(page))) {
                        lines.add(page + " " + target);
                    }
                });
        return lines;
    }
}
