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
 *
 * @param offset virtual minus physical address of its bytes
 * @param answered whether something that the kernel has allocated, found by it, points back to what
 *     points there
 */
record LinearMap(long offset, boolean answered) {
    /**
     * Finds it.
     *
     * @param end virtual address behind it
     * @param mapped physical addresses of the kernel's image that it maps, as it does all RAM
     * @param neighbours what lies in it, of which one that is mapped is enough where the kernel has
     *     taken its own data out of it, as newer ones do ({@code map_mem()}, arch/arm64/mm/mmu.c)
     */
    static Optional<LinearMap> find(
            PhysicalMemory memory,
            PageTableFormat format,
            long rootPa,
            long end,
            List<Long> mapped,
            List<InitTask.Answer> neighbours) {
        return new Search(memory, format, rootPa, end, mapped, neighbours).find();
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
            boolean kernels = format.isKernel(first + i * size);
            if (kernels && format.kind(entries[i], 0) != EntryKind.EMPTY) {
                return true;
            }
        }
        return false;
    }

    private static final class Search {
        private static final int MOST_TABLES = 4096;
        private static final int MOST_OFFSETS = 4096;

        private final PhysicalMemory memory;
        private final PageTableFormat format;
        private final long rootPa;
        private final long end;
        private final List<Long> mapped;
        private final List<InitTask.Answer> neighbours;
        private final Set<Long> tried = new HashSet<>();
        private Optional<LinearMap> unanswered = Optional.empty();
        private int tables;

        private Search(
                PhysicalMemory memory,
                PageTableFormat format,
                long rootPa,
                long end,
                List<Long> mapped,
                List<InitTask.Answer> neighbours) {
            this.memory = memory;
            this.format = format;
            this.rootPa = rootPa;
            this.end = end;
            this.mapped = mapped;
            this.neighbours = neighbours;
        }

        Optional<LinearMap> find() {
            return below(rootPa, 0, -1L << format.vaBits()).or(() -> unanswered);
        }

        /** One that is as good as any that there can be; what may be it is kept. */
        private Optional<LinearMap> below(long table, int level, long firstVa) {
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
                Optional<LinearMap> found = Optional.empty();
                if (!format.isKernel(va)) {
                    continue; // a root of both halves
                } else if (kind == EntryKind.TABLE) {
                    found = below(format.address(entries[i], level), level + 1, va);
                } else if (kind == EntryKind.LEAF) {
                    found = judge(va - format.address(entries[i], level));
                }
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }

        private Optional<LinearMap> judge(long offset) {
            if (!tried.add(offset)) {
                return Optional.empty();
            }
            boolean answered = neighbours.stream().anyMatch(each -> answers(each, offset));
            boolean holds =
                    answered
                            || mapped.stream().allMatch(pa -> maps(pa + offset, pa))
                            || neighbours.stream().anyMatch(n -> maps(n.va(), n.va() - offset));
            Optional<LinearMap> found =
                    holds ? Optional.of(new LinearMap(offset, answered)) : Optional.empty();
            if (answered || neighbours.isEmpty()) {
                return found;
            }
            unanswered = unanswered.or(() -> found);
            return Optional.empty();
        }

        private boolean answers(InitTask.Answer answer, long offset) {
            long pa = answer.va() - offset;
            return maps(answer.va(), pa)
                    && memory.contains(pa, 8)
                    && memory.u64(pa) == answer.head();
        }

        private boolean maps(long va, long pa) {
            return va < end && KernelMemory.translate(memory, format, rootPa, va) == pa;
        }
    }
}
