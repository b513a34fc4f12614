package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.memory.FrameIndex;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.memory.RamRange;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds the ways of finding tables against each other: the walk, what {@code struct page} marks,
 * and the scan of RAM by content. Run as a program, with images, it prints what it found in
 * Markdown.
 */
final class TableStudy {
    private final GraphNode.Checkpoint checkpoint;
    private final List<GraphNode.PageTable> tables = new ArrayList<>();
    private final Path image;

    TableStudy(Path image) {
        this.image = image;
        GuestGraph graph =
                Ingest.read(
                        new IngestRequest(
                                "study",
                                List.of(image),
                                Path.of("target"),
                                List.of(),
                                false,
                                false,
                                true,
                                false,
                                "study"),
                        Progress.NONE);
        checkpoint = graph.checkpoint();
        for (GraphNode node : graph.nodes()) {
            if (node instanceof GraphNode.PageTable table) {
                tables.add(table);
            }
        }
    }

    /**
     * How well a way of finding tables does.
     *
     * @param found places that it takes for tables
     * @param right those of them that are walked or marked
     * @param all tables that fill a page and hold an entry, walked or marked
     * @param missed those of them that it does not find
     */
    record Score(long found, long right, long all, long missed) {
        double precision() {
            return found == 0 ? 1 : (double) right / found;
        }

        double recall() {
            return all == 0 ? 1 : (double) (all - missed) / all;
        }
    }

    private static int entries(GraphNode.PageTable table) {
        return table.entriesTable() + table.entriesLeaf() + table.entriesNonpresent();
    }

    private static boolean isReal(GraphNode.PageTable table) {
        return table.foundBy().contains("walk") || table.foundBy().contains("struct_page");
    }

    /** A root has as few entries as its address bits need, and then does not fill a page. */
    private boolean fillsPage(GraphNode.PageTable table) {
        int pageShift = Long.numberOfTrailingZeros(checkpoint.pageSize());
        int rootBits =
                checkpoint.vaBits() - pageShift - (checkpoint.levels() - 1) * (pageShift - 3);
        return !table.root() || rootBits == pageShift - 3;
    }

    /** Of the scan, among tables of so many entries and more. */
    Score score(int leastEntries) {
        List<GraphNode.PageTable> scanned =
                tables.stream()
                        .filter(t -> t.foundBy().contains("scan") && entries(t) >= leastEntries)
                        .toList();
        List<GraphNode.PageTable> real =
                tables.stream()
                        .filter(t -> isReal(t) && fillsPage(t) && entries(t) >= leastEntries)
                        .toList();
        return new Score(
                scanned.size(),
                scanned.stream().filter(TableStudy::isReal).count(),
                real.size(),
                real.stream().filter(t -> !t.foundBy().contains("scan")).count());
    }

    /** What the scan takes for a table and nothing else knows. */
    List<GraphNode.PageTable> candidates() {
        return tables.stream().filter(t -> t.foundBy().equals(List.of("scan"))).toList();
    }

    /** What the kernel marks, and neither a walk reaches nor the kernel keeps in reserve. */
    List<GraphNode.PageTable> orphans() {
        return tables.stream()
                .filter(t -> t.foundBy().contains("struct_page"))
                .filter(t -> !t.foundBy().contains("walk") && !t.foundBy().contains("deposit"))
                .toList();
    }

    /** The rule that is usual: a page that holds something, all of which ends in the bits 11. */
    Score naive() {
        try (Image file = Image.openRaw(image)) {
            List<RamRange> ranges =
                    Arrays.stream(checkpoint.ram().split(",", -1))
                            .map(text -> RamRange.parse(text, 0))
                            .toList();
            PhysicalMemory memory = new PhysicalMemory(file.bytes(), ranges);
            FrameIndex index =
                    new FrameIndex(
                            memory.ranges(), Long.numberOfTrailingZeros(checkpoint.pageSize()));
            boolean[] real = new boolean[index.count()];
            long all = 0;
            for (GraphNode.PageTable table : tables) {
                int row = index.row(table.pa());
                if (row >= 0 && isReal(table) && fillsPage(table) && entries(table) > 0) {
                    real[row] = true;
                    all++;
                }
            }
            long found = 0;
            long right = 0;
            long[] words = new long[(int) (checkpoint.pageSize() >>> 3)];
            for (int row = 0; row < index.count(); row++) {
                if (memory.readTable(index.pa(row), words, words.length) && endsIn11(words)) {
                    found++;
                    right += real[row] ? 1 : 0;
                }
            }
            return new Score(found, right, all, all - right);
        }
    }

    private static boolean endsIn11(long[] words) {
        boolean any = false;
        for (long word : words) {
            if (word != 0 && (word & 3) != 3) {
                return false;
            }
            any |= word != 0;
        }
        return any;
    }

    void print(PrintStream to) {
        to.printf("%n## %s: %s%n%n", image.getFileName(), checkpoint.kernelRelease());
        to.println("| rule | found | right | precision | recall |");
        to.println("| --- | ---: | ---: | ---: | ---: |");
        row(to, "the scan", score(1));
        row(to, "the scan, two entries and more", score(2));
        row(to, "bits 1:0 of every entry are 11", naive());
        to.printf("%n| found by | level | `struct page` says | tables | of them empty |%n");
        to.println("| --- | --- | --- | ---: | ---: |");
        Map<String, long[]> groups = new TreeMap<>();
        for (GraphNode.PageTable table : tables) {
            long[] counts =
                    groups.computeIfAbsent(
                            String.format(
                                    "| %s | %s | %s |",
                                    String.join(", ", table.foundBy()),
                                    table.level(),
                                    table.frame()),
                            _ -> new long[2]);
            counts[0]++;
            counts[1] += entries(table) == 0 ? 1 : 0;
        }
        groups.forEach((group, n) -> to.printf("%s %d | %d |%n", group, n[0], n[1]));
        to.printf("%nOrphans: %d.%n", orphans().size());
        for (GraphNode.PageTable table : candidates()) {
            to.printf(
                    "- scan only: PA `%s`, fits a %s with %d entries; frame: %s%n",
                    Hex.of(table.pa()), table.level(), entries(table), table.frame());
        }
    }

    private static void row(PrintStream to, String rule, Score score) {
        to.printf(
                "| %s | %d | %d | %.2f %% | %.2f %% |%n",
                rule, score.found(), score.right(), 100 * score.precision(), 100 * score.recall());
    }

    public static void main(String[] images) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String image : images) {
            new TableStudy(Path.of(image)).print(out);
        }
    }
}
