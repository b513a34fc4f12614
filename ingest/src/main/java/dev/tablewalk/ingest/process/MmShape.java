package dev.tablewalk.ingest.process;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.Field;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;

/**
 * Tells an {@code mm_struct} that is in use from everything else by its shape. One that was freed
 * has no users: {@code mmput()}.
 */
public final class MmShape {
    private static final int MOST_USERS = 1 << 22;

    /** {@code sysctl_max_map_count} can be no larger. */
    private static final int MOST_VMAS = Integer.MAX_VALUE - 1;

    private final Kernel kernel;
    private final PhysicalMemory memory;
    private final Field pgd;
    private final Field users;
    private final Field count;
    private final Field mapCount;
    private final Field taskSize;
    private final Set<Long> sizes;
    private final long rootSize;
    private final LongPredicate roots;

    /**
     * @param known address spaces of tasks: what they have for {@code task_size}, all have
     * @param roots whether a root table may lie at a physical address
     */
    public MmShape(
            Kernel kernel, Anomalies anomalies, Collection<FoundMm> known, LongPredicate roots) {
        this.kernel = kernel;
        this.roots = roots;
        this.memory = kernel.memory().physical();
        KernelTypes types = new KernelTypes(kernel.types(), anomalies);
        String mm = "mm_struct";
        pgd = types.field(mm, "pgd");
        users = types.orAbsent(mm, "mm_users.counter");
        count = types.orAbsent(mm, "mm_count.counter");
        mapCount = types.orAbsent(mm, "map_count");
        taskSize = types.orAbsent(mm, "task_size");
        sizes =
                known.stream()
                        .filter(m -> !m.kernel())
                        .map(m -> m.node().address() + taskSize.offset())
                        .filter(at -> kernel.memory().readable(at, 8))
                        .map(kernel.memory()::u64)
                        .collect(Collectors.toSet());
        PageTableFormat format = kernel.map().format();
        rootSize = Math.min(8L * format.entries(0), format.pageSize());
    }

    /** Whether the kernel describes what the shape is told by. */
    public boolean isKnown() {
        return users.isKnown()
                && count.isKnown()
                && mapCount.isKnown()
                && taskSize.isKnown()
                && !sizes.isEmpty()
                && pgd.offset() % 8 == 0;
    }

    /** Finds those that are address spaces. */
    public StructScan scan() {
        PointerRange root =
                new PointerRange(
                        kernel.map().format(),
                        kernel.map().linearStart(),
                        kernel.map().linearEnd(),
                        rootSize);
        return new StructScan(pgd.offset(), root, this::isMm);
    }

    private boolean isMm(long pa) {
        try {
            int mmUsers = memory.u32(pa + users.offset());
            int mmCount = memory.u32(pa + count.offset());
            int vmas = memory.u32(pa + mapCount.offset());
            long root =
                    kernel.map().format().untagged(memory.u64(pa + pgd.offset()))
                            - kernel.map().linearOffset();
            return mmUsers > 0
                    && mmUsers < MOST_USERS
                    && mmCount > 0
                    && mmCount < MOST_USERS
                    && vmas >= 0
                    && vmas <= MOST_VMAS
                    && sizes.contains(memory.u64(pa + taskSize.offset()))
                    && memory.contains(root, rootSize)
                    && roots.test(root);
        } catch (MemoryFault e) {
            return false;
        }
    }

    /**
     * Kernel virtual addresses of what a scan found, ascending in PA.
     *
     * @param va of a physical one
     */
    public List<Long> confirmed(StructScan scan, LongUnaryOperator va) {
        return scan.found().stream().map(va::applyAsLong).toList();
    }
}
