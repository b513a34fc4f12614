package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code mm_struct.rss_stat}: resident pages of files, anonymous and shared memory. Since commit
 * f1a7941243c1 each is a {@code percpu_counter}, a sum and what each CPU has yet to add to it;
 * before, an array in {@code mm_rss_stat}, and each task holds back what it counted last, in {@code
 * task_struct.rss_stat}.
 */
final class RssCounters {
    private final KernelMemory memory;
    private final Optional<Field> counters;
    private final Optional<Field> sum;
    private final Optional<Field> perCpu;
    private final int[] resident;
    private final int[] swapped;
    private final List<Long> cpuOffsets;
    private final Optional<Field> heldBack;
    private final Map<Long, Set<Long>> tasksOf = new HashMap<>();

    RssCounters(Kernel kernel, KernelTypes types) {
        memory = kernel.memory();
        Optional<Field> plain = types.find("mm_struct", "rss_stat.count");
        Optional<Field> counter = types.find("mm_struct", "rss_stat");
        boolean percpu = plain.isEmpty() && counter.filter(f -> f.elements() > 1).isPresent();
        counters = percpu ? counter : plain;
        sum = percpu ? types.find("percpu_counter", "count") : Optional.empty();
        perCpu = percpu ? types.find("percpu_counter", "counters") : Optional.empty();
        resident =
                new int[] {
                    types.enumerator("MM_FILEPAGES", 0),
                    types.enumerator("MM_ANONPAGES", 1),
                    types.enumerator("MM_SHMEMPAGES", 3)
                };
        swapped = new int[] {types.enumerator("MM_SWAPENTS", 2)};
        cpuOffsets = PerCpu.offsets(kernel);
        heldBack = percpu ? Optional.empty() : types.find("task_struct", "rss_stat.count");
    }

    /** Tells which tasks may hold pages back, and of which address spaces. */
    void holdingBack(Collection<FoundTask> tasks) {
        if (heldBack.isPresent()) {
            for (FoundTask task : tasks) {
                tasksOf.computeIfAbsent(task.mm(), _ -> new LinkedHashSet<>())
                        .add(task.node().address());
            }
        }
    }

    /** Pages in RAM; null if they cannot be read. */
    @Nullable Long pages(long mm) {
        return sum(mm, resident);
    }

    /** Pages in swap; null if they cannot be read. */
    @Nullable Long swapPages(long mm) {
        return sum(mm, swapped);
    }

    private @Nullable Long sum(long mm, int[] which) {
        boolean partial =
                sum.isPresent() && cpuOffsets.isEmpty(); // without what the CPUs hold back
        if (counters.isEmpty() || partial) {
            return null;
        }
        try {
            Field array = counters.get();
            int size = array.size() / Math.max(1, array.elements());
            long pages = 0;
            for (int counter : which) {
                if (counter < 0 || counter >= array.elements()) {
                    return null;
                }
                long at = mm + array.offset() + (long) counter * size;
                pages += sum.isPresent() ? percpu(at) : memory.u64(at);
                pages += heldBack(mm, counter);
            }
            return pages;
        } catch (MemoryFault e) {
            return null;
        }
    }

    private long heldBack(long mm, int counter) {
        long pages = 0;
        for (long task : tasksOf.getOrDefault(mm, Set.of())) {
            Field array = heldBack.orElseThrow();
            pages += memory.u32(task + array.offset() + 4L * counter);
        }
        return pages;
    }

    private long percpu(long counter) {
        long pages = memory.u64(counter + sum.orElseThrow().offset());
        long own = perCpu.isPresent() ? memory.pointer(counter, perCpu.get()) : 0;
        if (own != 0) {
            for (long offset : cpuOffsets) {
                pages += memory.u32(own + offset);
            }
        }
        return pages;
    }
}
