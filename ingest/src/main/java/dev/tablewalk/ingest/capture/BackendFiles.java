package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.Hex;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the files that hold a guest's RAM.
 *
 * <p>Best is QEMU's own word on where in its memory a physical address is ({@code gpa2hva}), and
 * the kernel's on which file is mapped there ({@code /proc/PID/maps}): that leads to files without
 * a name (memfd, hugetlbfs) as well. Only shared mappings count; what a guest writes to a private
 * one never reaches the file. Where QEMU's process cannot be looked into, its {@code mem-path} is
 * taken at its word. Either way {@link RamProof} has the last.
 */
final class BackendFiles {
    /** {@code start-end perms offset device inode path} of {@code proc_pid_maps(5)}. */
    private static final Pattern MAPPING =
            Pattern.compile(
                    "(?<start>[0-9a-f]{1,16})-(?<end>[0-9a-f]{1,16}) ...(?<kind>[sp])"
                            + " (?<offset>[0-9a-f]{1,16}) [0-9a-f:]+"
                            + " (?<inode>\\d{1,20})\\s*(?<path>.*)");

    private static final Pattern HOST_ADDRESS =
            Pattern.compile("(?s).*\\) is 0x(?<address>[0-9a-f]{1,16})\\s*");

    private static final int MOST_MAPPINGS = 1 << 18;

    private final QemuMonitor monitor;
    private final List<Mapping> mappings;
    private final Optional<Path> process;

    private record Mapping(
            String range,
            long start,
            long end,
            boolean shared,
            long offset,
            long inode,
            String path) {}

    BackendFiles(QemuMonitor monitor) {
        this.monitor = monitor;
        this.process = process();
        this.mappings = process.map(BackendFiles::mappings).orElse(List.of());
    }

    /** The file of each block; empty if not all of them have one that can be read. */
    Optional<List<RamSource>> find(List<RamBlock> blocks) {
        List<RamSource> sources = new ArrayList<>();
        for (RamBlock block : blocks) {
            Optional<RamSource> source =
                    mapped(block).or(() -> mappings.isEmpty() ? named(block) : Optional.empty());
            if (source.isEmpty()) {
                return Optional.empty();
            }
            sources.add(source.get());
        }
        return Optional.of(sources);
    }

    /** QEMU's folder in {@code /proc}; that of a thread does as well. */
    private Optional<Path> process() {
        long thread = 0;
        for (var cpu : monitor.execute("query-cpus-fast")) {
            thread = cpu.path("thread-id").asLong(0);
        }
        Path folder = Path.of("/proc", Long.toString(thread));
        return thread > 0 && Files.isReadable(folder.resolve("maps"))
                ? Optional.of(folder)
                : Optional.empty();
    }

    private static List<Mapping> mappings(Path process) {
        List<Mapping> mappings = new ArrayList<>();
        try (var lines = Files.lines(process.resolve("maps"))) {
            lines.limit(MOST_MAPPINGS)
                    .map(MAPPING::matcher)
                    .filter(Matcher::matches)
                    .forEach(
                            m ->
                                    mappings.add(
                                            new Mapping(
                                                    m.group("start") + "-" + m.group("end"),
                                                    Hex.parse(m.group("start")),
                                                    Hex.parse(m.group("end")),
                                                    m.group("kind").equals("s"),
                                                    Hex.parse(m.group("offset")),
                                                    Long.parseUnsignedLong(m.group("inode")),
                                                    m.group("path"))));
        } catch (IOException | RuntimeException notOurs) {
            return List.of();
        }
        return mappings;
    }

    private Optional<RamSource> mapped(RamBlock block) {
        if (mappings.isEmpty()) {
            return Optional.empty();
        }
        Matcher m = HOST_ADDRESS.matcher(monitor.human("gpa2hva " + Hex.of(block.pa())));
        if (!m.matches()) {
            return Optional.empty();
        }
        long address = Hex.parse(m.group("address"));
        Mapping first = null;
        long reached = address;
        for (Mapping mapping : mappings) {
            if (mapping.start <= reached && reached < mapping.end) {
                if (first == null) {
                    first = mapping;
                }
                // One backend may be several mappings, as after madvise(2); they continue each
                // other.
                if (!mapping.shared
                        || mapping.inode == 0
                        || mapping.inode != first.inode
                        || mapping.offset - mapping.start != first.offset - first.start) {
                    return Optional.empty();
                }
                reached = mapping.end;
                if (reached - address >= block.size()) {
                    return source(block, first, first.offset + (address - first.start));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<RamSource> source(RamBlock block, Mapping mapping, long offset) {
        List<Path> candidates = new ArrayList<>();
        try {
            candidates.add(Path.of(mapping.path));
        } catch (InvalidPathException e) {
            // The others have no name to be wrong.
        }
        process.ifPresent(
                folder -> {
                    candidates.addAll(descriptors(folder));
                    candidates.add(folder.resolve("map_files").resolve(mapping.range));
                });
        return candidates.stream()
                .filter(file -> inode(file) == mapping.inode)
                .filter(file -> holds(file, offset, block.size()))
                .findFirst()
                .map(file -> new RamSource(block.pa(), block.size(), file, offset));
    }

    private static List<Path> descriptors(Path process) {
        List<Path> open = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(process.resolve("fd"))) {
            all.forEach(open::add);
        } catch (IOException | RuntimeException notOurs) {
            // Then they cannot be had.
        }
        return open;
    }

    /** 0 if there is no such file. */
    private static long inode(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino") instanceof Long inode ? inode : 0;
        } catch (IOException | UnsupportedOperationException noFile) {
            return 0;
        }
    }

    private static boolean holds(Path file, long offset, long size) {
        try {
            return Files.isRegularFile(file)
                    && Files.isReadable(file)
                    && offset >= 0
                    && Files.size(file) - size >= offset;
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<RamSource> named(RamBlock block) {
        Optional<String> text = property(block, "mem-path");
        if (text.isEmpty() || property(block, "share").filter("true"::equals).isEmpty()) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(text.get());
            long start = Long.parseLong(property(block, "offset").orElse("0")); // since QEMU 8.1
            return file.isAbsolute()
                            && start >= 0
                            && start <= Long.MAX_VALUE - block.offset()
                            && holds(file, start + block.offset(), block.size())
                    ? Optional.of(
                            new RamSource(block.pa(), block.size(), file, start + block.offset()))
                    : Optional.empty();
        } catch (InvalidPathException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Optional<String> property(RamBlock block, String name) {
        try {
            return Optional.of(
                    monitor.ask(
                                    "qom-get",
                                    Map.of("path", "/objects/" + block.backend(), "property", name))
                            .asText());
        } catch (QemuMonitor.Refused noSuchProperty) {
            return Optional.empty();
        }
    }
}
