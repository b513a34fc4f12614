package dev.tablewalk.ingest.kernel;

import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the linear map lies, as the kernel's tables show it: the lowest leaves of the kernel's half
 * are its own, all at one distance from what they map.
 */
final class LinearMap {
    private static final int MOST_TABLES = 4096;
    private static final int MOST_OFFSETS = 4096;

    private final PhysicalMemory memory;
    private final PageTableFormat format;
    private final long rootPa;
    private final long end;
    private final List<Long> mapped;
    private final List<Long> linear;
    private final Set<Long> tried = new HashSet<>();
    private int tables;

    private LinearMap(
            PhysicalMemory memory,
            PageTableFormat format,
            long rootPa,
            long end,
            List<Long> mapped,
            List<Long> linear) {
        this.memory = memory;
        this.format = format;
        this.rootPa = rootPa;
        this.end = end;
        this.mapped = mapped;
        this.linear = linear;
    }

    /**
     * Virtual minus physical address of its bytes.
     *
     * @param end virtual address behind it
     * @param mapped physical addresses of the kernel's image that it maps, as it does all RAM
     * @param linear virtual addresses in it, of which one is enough where the kernel has taken its
     *     own data out of it, as newer ones do ({@code map_mem()}, arch/arm64/mm/mmu.c)
     */
    static Optional<Long> offset(
            PhysicalMemory memory,
            PageTableFormat format,
            long rootPa,
            long end,
            List<Long> mapped,
            List<Long> linear) {
        return new LinearMap(memory, format, rootPa, end, mapped, linear)
                .below(rootPa, 0, -1L << format.vaBits());
    }

    /**
     * Whether a root has any entry for it, be what it leads to held or not.
     *
     * @param end virtual address behind it
     */
    static boolean isBegun(PhysicalMemory memory, PageTableFormat format, long rootPa, long end) {
        long[] entries = new long[format.entries(0)];
        if (!memory.readTable(rootPa, entries, entries.length)) {
            return false;
        }
        long size = 1L << format.shift(0);
        long first = -1L << format.vaBits();
        for (int i = 0; i < entries.length && first + (i + 1) * size <= end; i++) {
            if (format.kind(entries[i], 0) != EntryKind.EMPTY) {
                return true;
            }
        }
        return false;
    }

    private Optional<Long> below(long table, int level, long firstVa) {
        long[] entries = new long[format.entries(level)];
        if (++tables > MOST_TABLES || !memory.readTable(table, entries, entries.length)) {
            return Optional.empty();
        }
        for (int i = 0; i < entries.length && tried.size() < MOST_OFFSETS; i++) {
            long va = firstVa + ((long) i << format.shift(level));
            if (va >= end) {
                break;
            }
            EntryKind kind = format.kind(entries[i], level);
            Optional<Long> found = Optional.empty();
            if (kind == EntryKind.TABLE) {
                found = below(format.address(entries[i], level), level + 1, va);
            } else if (kind == EntryKind.LEAF) {
                found = Optional.of(va - format.address(entries[i], level)).filter(this::holds);
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private boolean holds(long offset) {
        return tried.add(offset)
                && (mapped.stream().allMatch(pa -> maps(pa + offset, pa))
                        || linear.stream().anyMatch(va -> maps(va, va - offset)));
    }

    private boolean maps(long va, long pa) {
        return va < end && KernelMemory.translate(memory, format, rootPa, va) == pa;
    }
}
