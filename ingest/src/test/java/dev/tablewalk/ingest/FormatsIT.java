package dev.tablewalk.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.RootKind;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Image;
import dev.tablewalk.ingest.image.Notes;
import dev.tablewalk.ingest.lab.LabGuest;
import dev.tablewalk.ingest.lab.LabGuestTest;
import dev.tablewalk.ingest.memory.RamRange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * One moment of a real guest in every format gives the same graph as its raw RAM does. QEMU,
 * libvirt, the guest's kernel, makedumpfile and the compressors wrote the files.
 */
class FormatsIT {
    private static final Pattern CORE = Pattern.compile("elf.*|kdump.*|makedumpfile-(?!.*split).*");
    private static final Pattern STREAM = Pattern.compile("migrate|mapped-ram.*");

    /** What every format has that has registers: the general ones, and where it is in its code. */
    private static final int LEAST_REGISTERS = 18;

    /** Those that lead to tables, by the name of them that only a processor of theirs has. */
    private static final Map<String, Set<String>> ROOTS =
            Map.of("ttbr1_el1", Set.of("ttbr0", "ttbr1"), "cr3", Set.of("cr3"));

    /** Of PSTATE: EL0 if none is set. */
    private static final long EXCEPTION_LEVEL = 0xc;

    @TempDir Path scratch;

    private GuestGraph read(List<Path> images, List<String> ram) {
        return read(images, ram, false);
    }

    private GuestGraph readIncomplete(List<Path> images, List<String> ram) {
        return read(images, ram, true);
    }

    private GuestGraph read(List<Path> images, List<String> ram, boolean incomplete) {
        return Ingest.read(
                new IngestRequest(
                        "guest", images, scratch, ram, false, incomplete, true, true, "test"),
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

    @LabGuestTest({"formats-6.1", "formats-16k", "formats-x86"})
    void sameGraphInEveryFormat(LabGuest guest) throws IOException {
        GuestGraph expected = read(List.of(guest.image(1)), List.of());
        assertSameInAllFormats(expected, guest);
    }

    /** But for the parts of a split dump, which are none by themselves. */
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
    @LabGuestTest({"formats-6.1", "formats-x86"})
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
    @LabGuestTest({"formats-6.1", "formats-nodes", "formats-x86"})
    void processors(LabGuest guest) throws IOException {
        Map<Integer, Map<String, Long>> core = registers(file(guest, "elf"));
        assertEquals(Set.of(0, 1), core.keySet());
        assertRuns(read(List.of(file(guest, "elf")), List.of()), core);
        for (String format : formats(guest)) {
            boolean stream = STREAM.matcher(format).matches();
            if (!stream && !CORE.matcher(format).matches()) {
                continue;
            }
            Map<Integer, Map<String, Long>> registers = registers(file(guest, format));
            if (stream) {
                assertRuns(read(List.of(file(guest, format)), List.of()), registers);
            }
            assertSameRegisters(core, registers, format);
        }
    }

    /** Each format has some that another has not; what both have is the same. */
    private static void assertSameRegisters(
            Map<Integer, Map<String, Long>> core,
            Map<Integer, Map<String, Long>> others,
            String format) {
        assertEquals(core.keySet(), others.keySet(), format);
        core.forEach(
                (number, cpu) -> {
                    Map<String, Long> same = new TreeMap<>(cpu);
                    Map<String, Long> other = new TreeMap<>(others.getOrDefault(number, Map.of()));
                    same.keySet().retainAll(other.keySet());
                    other.keySet().retainAll(same.keySet());
                    assertEquals(same, other, format);
                    assertTrue(same.size() >= LEAST_REGISTERS, () -> format + " has " + same);
                });
    }

    /** The registers of each processor, by its number. */
    private Map<Integer, Map<String, Long>> registers(Path file) {
        Map<Integer, Map<String, Long>> registers = new TreeMap<>();
        try (Image image = Image.open(List.of(file), false, scratch, Progress.NONE)) {
            assertEquals(List.of(), image.damage());
            for (Notes.CpuRegisters cpu : image.notes().cpus()) {
                registers.put(cpu.number(), new TreeMap<>(cpu.registers()));
            }
        }
        return registers;
    }

    /**
     * Each processor runs a task, which SP_EL0 points to while the kernel executes; and walks roots
     * that memory knows, one of the kernel's in TTBR1_EL1: its own, or, while a process executes
     * under KPTI, the trampoline's.
     */
    private static void assertRuns(GuestGraph graph, Map<Integer, Map<String, Long>> registers) {
        List<GraphNode> nodes = new ArrayList<>();
        graph.nodes().forEach(nodes::add);
        Set<Integer> running = new TreeSet<>();
        Set<String> roots = new TreeSet<>();
        Set<Integer> kernels = new TreeSet<>();
        Set<Integer> walked = new TreeSet<>();
        Map<Integer, Integer> tasks = new TreeMap<>();
        Map<Integer, Integer> spaces = new TreeMap<>();
        Map<Integer, Set<Integer>> tables = new TreeMap<>();
        Map<Integer, Integer> cr3 = new TreeMap<>();
        for (GraphRelationship each : graph.relationships()) {
            if (each instanceof GraphRelationship.RootPointer root
                    && EnumSet.of(RootKind.KERNEL, RootKind.TRAMPOLINE).contains(root.kind())) {
                kernels.add(each.to());
            }
            if (each instanceof GraphRelationship.Pointer pointer) {
                switch (pointer.name()) {
                    case "mm" -> spaces.put(each.from(), each.to());
                    case "pgd", "user_pgd" ->
                            tables.computeIfAbsent(each.from(), _ -> new TreeSet<>())
                                    .add(each.to());
                    case "cr3" -> cr3.put(each.from(), each.to());
                    default -> {}
                }
            }
            if (!(nodes.get(each.from()) instanceof GraphNode.Cpu cpu)) {
                continue;
            }
            if (each.type() == RelationshipType.RUNS) {
                tasks.put(each.from(), each.to());
                GraphNode.Task task = (GraphNode.Task) nodes.get(each.to());
                assertTrue(running.add(cpu.id()));
                Map<String, Long> own = Objects.requireNonNull(registers.get(cpu.id()));
                Long current = own.get("sp_el0");
                if (current != null && (own.getOrDefault("pstate", 0L) & EXCEPTION_LEVEL) != 0) {
                    assertEquals(task.address(), current);
                }
            } else if (each instanceof GraphRelationship.Pointer pointer) {
                roots.add(cpu.id() + " " + pointer.name());
                if (pointer.name().equals("ttbr1")) {
                    walked.add(each.to());
                }
            }
        }
        assertEquals(Set.of(0, 1), running);
        Set<String> expected = new TreeSet<>();
        registers.forEach(
                (number, cpu) ->
                        ROOTS.forEach(
                                (sign, names) -> {
                                    if (cpu.containsKey(sign)) {
                                        names.forEach(name -> expected.add(number + " " + name));
                                    }
                                }));
        assertEquals(expected, roots);
        assertTrue(kernels.containsAll(walked), () -> walked + " are not of " + kernels);
        cr3.forEach(
                (cpu, root) -> {
                    Integer space = spaces.get(tasks.getOrDefault(cpu, -1));
                    if (space != null) { // the kernel's own threads run on whichever was there
                        assertTrue(tables.getOrDefault(space, Set.of()).contains(root));
                    }
                });
    }

    /**
     * The parts of a dump give the graph of the dump in one file; one alone says what is missing.
     */
    @LabGuestTest("formats-6.1")
    void splitDump(LabGuest guest) {
        Path first = file(guest, "makedumpfile-d31-lzo-split1");
        Path second = file(guest, "makedumpfile-d31-lzo-split2");
        Path whole = file(guest, "makedumpfile-d31-zlib");
        GuestGraph expected = read(List.of(whole), List.of());
        GraphDifference.assertSame(expected, read(List.of(first, second), List.of()));
        GraphDifference.assertSame(expected, read(List.of(second, first), List.of()));
        for (Path part : List.of(first, second)) {
            assertRefused(UserError.Kind.IMAGE, "other parts of the dump", part);
        }
        assertRefused(UserError.Kind.INPUT, "the same part", first, first);
        assertRefused(UserError.Kind.INPUT, "give it alone", first, whole);
    }

    private void assertRefused(UserError.Kind kind, String why, Path... files) {
        UserError error = assertThrows(UserError.class, () -> read(List.of(files), List.of()));
        assertEquals(kind, error.kind());
        assertTrue(String.valueOf(error.getMessage()).contains(why), error::getMessage);
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

    /** {@code virsh save} in its formats, of one domain at one moment. */
    @LabGuestTest({"formats-libvirt", "formats-x86-libvirt"})
    void libvirtsSave(LabGuest guest) throws IOException {
        Set<String> methods = Set.of("raw", "gzip", "xz", "zstd", "sparse");
        assertEquals(
                methods.stream().map("libvirt-"::concat).collect(Collectors.toSet()),
                formats(guest));
        GuestGraph expected = read(List.of(guest.image(1)), List.of());
        Map<Integer, Map<String, Long>> registers = registers(file(guest, "libvirt-raw"));
        for (String format : formats(guest)) {
            GuestGraph graph = read(List.of(file(guest, format)), List.of());
            GraphDifference.assertSame(expected, graph);
            assertEquals(registers, registers(file(guest, format)), format);
            assertRuns(graph, registers);
        }
    }

    /** Those that no program which Debian builds writes: written here, of a real guest's RAM. */
    @LabGuestTest({"formats-lime", "formats-x86-lime"})
    void writtenByTheTests(LabGuest guest) throws IOException {
        byte[] raw = Files.readAllBytes(guest.image(1));
        GuestGraph expected = read(List.of(guest.image(1)), List.of());
        Path image = scratch.resolve("written");
        Packing.KDUMP_SNAPPY.write(raw, guest.ramBase(), 0, new BitSet(), image);
        GraphDifference.assertSame(expected, read(List.of(image), List.of()));
        List<RamRange> ram = parts(file(guest, "lime")); // both ask the kernel where
        GuestGraph ofThese =
                readIncomplete(List.of(guest.image(1)), arguments(ram, guest.ramBase()));
        List<GuestGraph> graphs = new ArrayList<>();
        for (boolean avml : List.of(false, true)) {
            try (OutputStream out = Files.newOutputStream(image)) {
                for (RamRange range : ram) {
                    int at = (int) (range.pa() - guest.ramBase());
                    byte[] part = Arrays.copyOfRange(raw, at, at + (int) range.size());
                    out.write(
                            avml
                                    ? Packing.avml(part, range.pa(), new BitSet())
                                    : Packing.limePadded(part, range.pa(), 0));
                }
            }
            GuestGraph graph = read(List.of(image), List.of());
            graphs.add(graph);
            GraphDifference.assertSame(ofThese, graph, FormatsIT::isNoLackOfRam);
            GraphDifference.assertSame(expected, graph, FormatsIT::isOfProcesses);
        }
        GraphDifference.assertSame(graphs.getFirst(), graphs.getLast());
    }

    /** Raw RAM without what firmware keeps is taken for cut off. */
    private static boolean isNoLackOfRam(GraphNode node) {
        return !(node instanceof GraphNode.Anomaly anomaly && anomaly.kind().equals("ram_missing"));
    }

    /** What firmware keeps is none of theirs; ranges of pages and tables show where it lies. */
    private static boolean isOfProcesses(GraphNode node) {
        return node instanceof GraphNode.Task
                || node instanceof GraphNode.MmStruct
                || node instanceof GraphNode.Vma;
    }

    private List<RamRange> parts(Path file) {
        try (Image image = Image.open(List.of(file), false, scratch, Progress.NONE)) {
            return image.parts();
        }
    }

    /** Where raw RAM lies, but for what is in none of these ranges. */
    private static List<String> arguments(List<RamRange> ranges, long base) {
        return ranges.stream()
                .map(
                        range ->
                                "0x%x:0x%x@0x%x"
                                        .formatted(range.pa(), range.size(), range.pa() - base))
                .toList();
    }

    /**
     * What the kernel writes of the one that panicked is all RAM but the crash kernel's own, so raw
     * RAM is read without that too.
     */
    @LabGuestTest("formats-crash")
    void theKernelsOwnDump(LabGuest guest) throws IOException {
        Path vmcore = file(guest, "vmcore");
        List<String> ram = arguments(parts(vmcore), guest.ramBase());
        GuestGraph expected = readIncomplete(List.of(guest.image(1)), ram);
        assertSameInAllFormats(expected, guest);
    }
}
