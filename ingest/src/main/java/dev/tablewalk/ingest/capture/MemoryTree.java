package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where memory backends lie in the guest, out of what {@code info mtree -f} prints: of each flat
 * view its address spaces, then a line a range (QEMU {@code softmmu/memory.c}, {@code
 * mtree_print_flatview}).
 *
 * <pre>
 * FlatView #1
 *  AS "memory", root: system
 *  Root memory region: system
 *   0000000100000000-000000017fffffff (prio 0, ram): pc.ram @0000000080000000
 * </pre>
 *
 * A range that the machine has made read-only (PC option ROMs) is {@code rom} and still RAM; {@code
 * nv-ram} is not main memory, nor is what a PCI device shows in a BAR.
 */
final class MemoryTree {
    /** The physical address space of the processors. */
    private static final String MEMORY = "AS \"memory\", root:";

    private static final Pattern RANGE =
            Pattern.compile(
                    "\\s+(?<from>[0-9a-f]{1,16})-(?<to>[0-9a-f]{1,16})"
                            + " \\(prio -?\\d{1,10}, (?:ram|rom)\\): (?<name>\\S+)"
                            + "(?: @(?<offset>[0-9a-f]{1,16}))?(?: .*)?");

    /** No processor has more bits of physical address. */
    private static final int PA_BITS = 56;

    private static final int MOST_BLOCKS = 4096;

    /** No page of any guest is smaller. */
    private static final long GRAIN = 4096;

    private MemoryTree() {}

    /** A run of physical addresses, the end excluded. */
    record Span(long start, long end) {
        boolean overlaps(RamBlock block) {
            return block.pa() < end && start < block.end();
        }
    }

    /**
     * The main memory, by ascending address, neighbours that continue each other joined.
     *
     * @param backends size in bytes of each memory backend by its id; where QEMU, before 5.0, made
     *     none for the machine's memory, that is what is called {@code *.ram}
     * @param bars what PCI devices show
     * @throws UserError if the text makes no sense, or there is none
     */
    static List<RamBlock> mainMemory(String text, Map<String, Long> backends, List<Span> bars) {
        List<RamBlock> named = new ArrayList<>();
        List<RamBlock> others = new ArrayList<>();
        for (String line : memoryView(text)) {
            Matcher m = RANGE.matcher(line);
            if (!m.matches()) {
                continue;
            }
            String name = m.group("name").replaceFirst("^/objects/", "");
            RamBlock block = block(m, name, line);
            if (bars.stream().anyMatch(bar -> bar.overlaps(block))) {
                continue;
            }
            Long size = backends.get(name);
            if (size != null) {
                if (block.offset() > size - block.size()) {
                    throw senseless(line);
                }
                named.add(block);
            } else if (name.endsWith(".ram")) {
                others.add(block);
            }
        }
        List<RamBlock> found = joined(named.isEmpty() ? others : named);
        if (found.isEmpty()) {
            throw UserError.input("QEMU shows no main memory of this guest (info mtree -f)");
        }
        return found;
    }

    private static List<String> memoryView(String text) {
        List<String> view = new ArrayList<>();
        boolean wanted = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith("FlatView ")) {
                if (wanted) {
                    return view;
                }
                view.clear();
            } else if (line.strip().startsWith(MEMORY)) {
                wanted = true;
            } else {
                view.add(line);
            }
        }
        return wanted ? view : List.of();
    }

    private static RamBlock block(Matcher m, String name, String line) {
        long from = Long.parseUnsignedLong(m.group("from"), 16);
        long to = Long.parseUnsignedLong(m.group("to"), 16);
        String at = m.group("offset");
        long offset = at == null ? 0 : Long.parseUnsignedLong(at, 16);
        long size = to - from + 1;
        if (((from | to | offset) >>> PA_BITS) != 0
                || size <= 0
                || ((from | size | offset) & (GRAIN - 1)) != 0) {
            throw senseless(line);
        }
        return new RamBlock(from, size, name, offset);
    }

    private static List<RamBlock> joined(List<RamBlock> blocks) {
        List<RamBlock> joined = new ArrayList<>();
        for (RamBlock next :
                blocks.stream().sorted(Comparator.comparingLong(RamBlock::pa)).toList()) {
            RamBlock last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.end() > next.pa()) {
                throw senseless(next.toString());
            }
            if (last != null
                    && last.end() == next.pa()
                    && last.backend().equals(next.backend())
                    && last.offset() + last.size() == next.offset()) {
                joined.set(
                        joined.size() - 1,
                        new RamBlock(
                                last.pa(),
                                last.size() + next.size(),
                                last.backend(),
                                last.offset()));
            } else {
                joined.add(next);
            }
            if (joined.size() > MOST_BLOCKS) {
                throw senseless("more than " + MOST_BLOCKS + " ranges");
            }
        }
        return joined;
    }

    private static UserError senseless(String what) {
        return UserError.input(
                "QEMU's memory tree makes no sense (info mtree -f): " + what.strip());
    }
}
