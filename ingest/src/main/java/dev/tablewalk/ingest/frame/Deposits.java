package dev.tablewalk.ingest.frame;

import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelMemory;
import dev.tablewalk.ingest.memory.MemoryFault;
import dev.tablewalk.ingest.types.Field;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The tables that the kernel keeps in reserve, one for each transparent huge page, so that it can
 * be split whatever happens: {@code pgtable_trans_huge_deposit()} in {@code mm/pgtable-generic.c}.
 * They hang in a ring on the {@code struct page} of the table that maps the huge pages, and no
 * entry leads to them.
 */
public final class Deposits {
    /** A table has no more entries, and each at most one deposit. */
    private static final int MOST = 1 << 13;

    private final Kernel kernel;
    private final KernelMemory memory;
    private final Anomalies anomalies;
    private final Optional<Field> first;
    private final Optional<Field> ring;
    private final long base;
    private final int size;
    private final Set<Long> found = new HashSet<>();

    /**
     * @param frames tells where {@code struct page} lies
     */
    public Deposits(Kernel kernel, Frames frames, Anomalies anomalies) {
        this.kernel = kernel;
        this.memory = kernel.memory();
        this.anomalies = anomalies;
        this.first =
                kernel.types()
                        .member("ptdesc", "pmd_huge_pte") // commit 394290cba966
                        .or(() -> kernel.types().member("page", "pmd_huge_pte"));
        this.ring = kernel.types().member("page", "lru");
        this.base = frames.vmemmap();
        this.size = kernel.types().structSize("page").orElse(1);
    }

    /**
     * Adds those of a table that maps huge pages.
     *
     * @param pa physical address of the table
     */
    public void addOf(long pa) {
        if (first.isEmpty() || ring.isEmpty()) {
            return;
        }
        long page = base + (pa >>> kernel.map().format().pageShift()) * size;
        try {
            long head = memory.pointer(page, first.get());
            long at = head;
            for (int i = 0; at != 0 && i < MOST; i++) {
                found.add(frame(at));
                at = memory.pointer(at + ring.get().offset()) - ring.get().offset();
                if (at == head) {
                    return;
                }
            }
        } catch (MemoryFault e) {
            anomalies.fault("deposit_unreadable", pa, "ptdesc.pmd_huge_pte", e);
        }
    }

    private long frame(long structPage) {
        return ((structPage - base) / size) << kernel.map().format().pageShift();
    }

    /** Physical addresses of the tables. */
    public Set<Long> found() {
        return found;
    }
}
