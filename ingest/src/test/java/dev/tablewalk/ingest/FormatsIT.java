package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * One moment of a real guest in every format gives the same graph as its raw RAM does. QEMU, the
 * guest's kernel, makedumpfile and the compressors wrote the files.
 */
class FormatsIT {
    /** PA of the first byte of raw RAM of QEMU's machine {@code virt}. */
    private static final long BASE = 0x4000_0000L;

    @TempDir Path scratch;

    private GuestGraph read(List<Path> images, List<String> ram) {
        return Ingest.read(
                new IngestRequest("guest", images, scratch, ram, false, false, true, true, "test"),
                Progress.NONE);
    }

    /** The files of a checkpoint, by format. */
    static Set<String> formats(LabGuest guest) throws IOException {
        String start = guest.name() + "-1.";
        try (Stream<Path> files = Files.list(guest.directory())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(start))
                    .map(name -> name.substring(start.length()))
                    .filter(format -> !format.equals("raw") && !format.equals("truth"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    static Path file(LabGuest guest, String format) {
        return guest.directory().resolve(guest.name() + "-1." + format);
    }

    @LabGuestTest({"formats-6.1", "formats-16k"})
    void sameGraphInEveryFormat(LabGuest guest) throws IOException {
        GuestGraph expected = read(List.of(guest.image(1)), List.of());
        assertSameInAllFormats(expected, guest);
    }

    /** Parts of a split dump are none by themselves. */
    private void assertSameInAllFormats(GuestGraph expected, LabGuest guest) throws IOException {
        for (String format : formats(guest)) {
            if (format.contains("split")) {
                continue;
            }
            GuestGraph graph = read(List.of(file(guest, format)), List.of());
            if (format.contains("d31")) {
                assertSameButForWhatIsLeftOut(expected, graph);
            } else {
                GraphDifference.assertSame(expected, graph);
            }
        }
    }

    /** The formats that this is about are really there. */
    @LabGuestTest("formats-6.1")
    void formatsAreThere(LabGuest guest) throws IOException {
        Set<String> formats = formats(guest);
        List<String> needed =
                List.of(
                        "elf",
                        "elf.gz",
                        "kdump-zlib",
                        "kdump-zlib-flat",
                        "makedumpfile-d31-elf",
                        "makedumpfile-d31-elf-flat",
                        "makedumpfile-d31-lzo-flat",
                        "makedumpfile-d31-zlib",
                        "makedumpfile-lzo",
                        "makedumpfile-none",
                        "makedumpfile-zlib",
                        "makedumpfile-zstd",
                        "mapped-ram",
                        "mapped-ram-multifd",
                        "migrate",
                        "raw.gz",
                        "raw.xz",
                        "raw.zst");
        assertTrue(formats.containsAll(needed), () -> formats + " lack some of " + needed);
    }

    /**
     * {@code makedumpfile -d 31} leaves out free pages, those of users and of the page cache, and
     * zero pages: what lies in free pages is found by nothing but a scan, and is not found then.
     */
    private static void assertSameButForWhatIsLeftOut(GuestGraph expected, GuestGraph graph) {
        GraphDifference.assertSame(
                expected,
                graph,
                node ->
                        !(node instanceof GraphNode.PageTable table)
                                || table.foundBy().contains("walk"));
    }

    /** QEMU writes registers beside RAM: of two processors, each of which runs a task. */
    @LabGuestTest("formats-6.1")
    void processors(LabGuest guest) {
        for (String format : List.of("elf", "kdump-zlib", "makedumpfile-zlib")) {
            GuestGraph graph = read(List.of(file(guest, format)), List.of());
            List<GraphNode> nodes = new ArrayList<>();
            graph.nodes().forEach(nodes::add);
            Set<Integer> seen = new TreeSet<>();
            for (GraphRelationship each : graph.relationships()) {
                if (each.type() == RelationshipType.RUNS) {
                    GraphNode.Cpu cpu = (GraphNode.Cpu) nodes.get(each.from());
                    assertTrue(cpu.registers().keySet().containsAll(Set.of("pc", "sp", "pstate")));
                    assertTrue(nodes.get(each.to()) instanceof GraphNode.Task);
                    assertTrue(seen.add(cpu.id()));
                }
            }
            assertEquals(Set.of(0, 1), seen, format);
        }
    }

    /** A part of a dump says that it is one. */
    @LabGuestTest("formats-6.1")
    void partOfASplitDump(LabGuest guest) {
        UserError error =
                assertThrows(
                        UserError.class,
                        () -> read(List.of(file(guest, "makedumpfile-d31-lzo-split1")), List.of()));
        assertTrue(String.valueOf(error.getMessage()).contains("--reassemble"));
    }

    /** The RAM of each NUMA node in a file of its own, in their order. */
    @LabGuestTest("formats-nodes")
    void severalRawFiles(LabGuest guest) throws IOException {
        GuestGraph expected = read(List.of(guest.image(1)), List.of());
        List<Path> nodes =
                formats(guest).stream()
                        .filter(format -> format.endsWith(".raw"))
                        .map(format -> file(guest, format))
                        .toList();
        assertEquals(2, nodes.size());
        GraphDifference.assertSame(expected, read(nodes, List.of()));
        for (String format : formats(guest)) {
            if (!format.endsWith(".raw")) {
                GraphDifference.assertSame(expected, read(List.of(file(guest, format)), List.of()));
            }
        }
    }

    /**
     * What the kernel writes of the one that panicked is all RAM but the crash kernel's own, so raw
     * RAM is read without that too.
     */
    @LabGuestTest("formats-crash")
    void theKernelsOwnDump(LabGuest guest) throws IOException {
        Path vmcore = file(guest, "vmcore");
        List<String> ram;
        try (Image image = Image.open(List.of(vmcore), false, scratch, Progress.NONE)) {
            ram =
                    image.parts().stream()
                            .map(
                                    part ->
                                            "0x%x:0x%x@0x%x"
                                                    .formatted(
                                                            part.pa(),
                                                            part.size(),
                                                            part.pa() - BASE))
                            .toList();
        }
        GuestGraph expected =
                Ingest.read(
                        new IngestRequest(
                                "guest",
                                List.of(guest.image(1)),
                                scratch,
                                ram,
                                false,
                                true,
                                true,
                                true,
                                "test"),
                        Progress.NONE);
        assertSameInAllFormats(expected, guest);
    }
}
