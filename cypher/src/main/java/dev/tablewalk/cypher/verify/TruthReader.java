package dev.tablewalk.cypher.verify;

import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the program {@code truth} printed in a guest. One record a line, told by its first
 * word: {@code PAGESIZE n}, {@code C pid ppid start_ticks ticks_per_second} for the collector,
 * {@code S pid Field: value}, {@code T pid tid comm}, {@code A pid tid state ppid uid cpu
 * switches}, {@code V pid maps-line}, {@code P pid va value flags} and {@code U pid start end} in
 * hexadecimal, and {@code END} when it is whole; other records are passed over. NUL bytes, which a
 * disk that took the text is padded with, are skipped.
 */
final class TruthReader {
    /** Bits of the flags of a P record: the top bits of a pagemap entry. */
    private static final long PRESENT = 1 << 8;

    private static final long SWAPPED = 1 << 7;

    private static final long NANOS = 1_000_000_000;

    private final Path file;
    private final SortedMap<Integer, Truth.GuestProcess> processes = new TreeMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, Integer> parents = new HashMap<>();
    private long pageSize;
    private Truth.@Nullable Collector stated;
    private int lastPid = -1;
    private Truth.GuestProcess last = new Truth.GuestProcess();

    private TruthReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a truth file; costs one pass, and 16 bytes of memory a page.
     *
     * @throws UserError if the file cannot be read, is no truth, or is not whole
     */
    static Truth read(Path file, Progress progress) {
        TruthReader reader = new TruthReader(file);
        try (InputStream in = Files.newInputStream(file)) {
            progress.stage("read truth", Files.size(file));
            TruthLines lines = new TruthLines(in);
            boolean whole = false;
            long told = 0;
            while (!whole && lines.next()) {
                whole = reader.line(lines);
                if (lines.bytes() - told > 1 << 20) {
                    progress.advance(lines.bytes() - told);
                    told = lines.bytes();
                }
            }
            progress.advance(lines.bytes() - told);
            if (!whole) {
                throw UserError.input(
                        file
                                + " does not end in END: the truth was cut short; collect it again,"
                                + " with the image");
            }
        } catch (NoSuchFileException e) {
            throw UserError.input(
                    "no file " + file + ": give what the program truth printed in the guest", e);
        } catch (IOException e) {
            throw UserError.input(file + " cannot be read: " + e.getMessage(), e);
        }
        return reader.truth();
    }

    /** Takes one line; true if it was the last. */
    private boolean line(TruthLines line) {
        if (pageSize == 0) {
            readPageSize(line);
            return false;
        }
        try {
            switch (line.word()) {
                case "P" -> page(line);
                case "V" -> area(line);
                case "T" -> process(line.decimal()).threads().put(line.decimal(), line.rest());
                case "A" -> standing(line);
                case "U" ->
                        process(line.decimal())
                                .unread()
                                .add(line.hexadecimal(), line.hexadecimal());
                case "S" -> status(line);
                case "C" -> collector(line);
                case "END" -> {
                    return true;
                }
                default -> {}
            }
        } catch (NumberFormatException e) {
            throw UserError.input(
                    file
                            + " line "
                            + line.number()
                            + " is no record of a truth ("
                            + e.getMessage()
                            + "): collect it again, with the image",
                    e);
        }
        return false;
    }

    private void readPageSize(TruthLines line) {
        if (line.word().equals("PAGESIZE")) {
            try {
                pageSize = line.decimal();
            } catch (NumberFormatException e) {
                pageSize = 0;
            }
        }
        if (Long.bitCount(pageSize) != 1) {
            throw UserError.input(
                    file
                            + " is not a truth: it does not begin with PAGESIZE; give what the"
                            + " program truth printed in the guest");
        }
    }

    private Truth.GuestProcess process(int pid) {
        if (pid != lastPid) {
            last = processes.computeIfAbsent(pid, p -> new Truth.GuestProcess());
            lastPid = pid;
        }
        return last;
    }

    private void page(TruthLines line) {
        Truth.GuestProcess process = process(line.decimal());
        long va = line.hexadecimal();
        long value = line.hexadecimal();
        long flags = line.hexadecimal();
        if ((flags & PRESENT) != 0) {
            process.pages().add(va, Target.present(value));
        } else if ((flags & SWAPPED) != 0) {
            process.pages().add(va, Target.swapped(value));
        }
    }

    /**
     * {@code start-end perms offset major:minor inode path}, as show_map_vma (fs/proc) prints it.
     * An area among the kernel's addresses is no VMA of the process ({@code get_gate_vma()}).
     */
    private void area(TruthLines line) {
        Truth.GuestProcess process = process(line.decimal());
        String range = line.word();
        int dash = range.indexOf('-');
        if (dash < 0) {
            throw new NumberFormatException(range);
        }
        long start = Long.parseUnsignedLong(range, 0, dash, 16);
        long end = Long.parseUnsignedLong(range, dash + 1, range.length(), 16);
        String perms = line.word();
        line.word();
        line.word();
        line.word();
        if (start >= 0) {
            process.areas()
                    .put(start, new Truth.Area(start, end, perms, line.rest().stripLeading()));
        }
    }

    private void status(TruthLines line) {
        int pid = line.decimal();
        String rest = line.rest();
        if (rest.startsWith("Name:")) {
            names.put(pid, rest.substring("Name:".length()).strip());
        } else if (rest.startsWith("PPid:")) {
            parents.put(pid, Integer.parseInt(rest.substring("PPid:".length()).strip()));
        }
    }

    private void standing(TruthLines line) {
        Truth.GuestProcess process = process(line.decimal());
        int tid = line.decimal();
        String state = line.word();
        int parent = line.decimal();
        long uid = Long.parseLong(line.word()); // of 32 bits
        int cpu = line.decimal();
        long switches = Long.parseLong(line.word());
        process.standings().put(tid, new Truth.Standing(state, parent, uid, cpu, switches));
    }

    private void collector(TruthLines line) {
        int pid = line.decimal();
        int parent = line.decimal();
        long ticks = Long.parseLong(line.word());
        long perSecond = line.decimal();
        if (perSecond <= 0 || ticks < 0) {
            throw new NumberFormatException("a clock of " + perSecond + " ticks a second");
        }
        long started = ticks / perSecond * NANOS + ticks % perSecond * NANOS / perSecond;
        stated = new Truth.Collector(pid, OptionalInt.of(parent), OptionalLong.of(started));
    }

    private Truth truth() {
        processes.values().forEach(process -> process.pages().sort());
        return new Truth(pageSize, processes, Optional.ofNullable(stated).or(this::guess));
    }

    /** Without a C record: the collector does not print its own pages, and is the only one. */
    private Optional<Truth.Collector> guess() {
        List<Integer> silent = pids(process -> process.pages().size() == 0);
        List<Integer> candidates =
                silent.size() == 1
                        ? silent
                        : silent.stream().filter(pid -> "truth".equals(names.get(pid))).toList();
        if (candidates.size() != 1) {
            return Optional.empty();
        }
        int pid = candidates.getFirst();
        Integer parent = parents.get(pid);
        return Optional.of(
                new Truth.Collector(
                        pid,
                        parent == null ? OptionalInt.empty() : OptionalInt.of(parent),
                        OptionalLong.empty()));
    }

    private List<Integer> pids(Predicate<Truth.GuestProcess> suit) {
        return processes.entrySet().stream()
                .filter(entry -> !entry.getValue().areas().isEmpty() && suit.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
