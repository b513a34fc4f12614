package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.FrameLedger.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of processes are, by the first mapping of each, and how many of which kind an mm
 * has: {@code vm_normal_page} and {@code mm_counter} of the kernel.
 */
final class ResidentPages {
    private static final int MM_FILEPAGES = 0;
    private static final int MM_ANONPAGES = 1;
    private static final int MM_SHMEMPAGES = 3;

    private final GuestParts parts;
    private final FrameLedger ledger;
    private final Map<Long, Long> anonVmas = new HashMap<>();
    private long anonRoot;
    private final Map<Long, Long> sharedMemory = new HashMap<>();

    /** A VMA with what it maps. */
    record Area(VmaBuilder wanted, KernelStruct at, FileWriter.@Nullable Opened file) {}

    ResidentPages(GuestParts parts) {
        this.parts = parts;
        this.ledger = parts.ledger();
    }

    /**
     * Counts a mapping of pages that {@code struct page} counts.
     *
     * @param area null if it is in none
     */
    void map(@Nullable Area area, MmBuilder.LeafEntry leaf, Set<LeafFlag> flags, boolean vdso) {
        if (flags.contains(LeafFlag.SPECIAL)) {
            return;
        }
        int shift = parts.geometry().pageShift();
        long pfn = leaf.pa() >>> shift;
        int order = parts.geometry().shift(leaf.level()) - shift;
        Entry known = ledger.of(pfn);
        if (known != null && known.use() == FrameUse.HUGE_ZERO) {
            return; // no mapping of it is counted
        }
        if (vdso) {
            ledger.map(FrameUse.RESERVED, pfn, order, 0, 0);
            return;
        }
        if (area == null) {
            ledger.map(FrameUse.ANON, pfn, order, anonVma(0), leaf.va() >>> shift);
            return;
        }
        VmaBuilder vma = area.wanted();
        FileWriter.Opened file = area.file();
        boolean shared = vma.allows('s');
        boolean written = flags.contains(LeafFlag.WRITABLE) && !flags.contains(LeafFlag.CLEAN);
        long index = (leaf.va() - vma.start) >>> shift;
        if (file != null && !vma.anonymous && (shared || !written)) {
            if (vma.driver) {
                ledger.map(FrameUse.OTHER, pfn, order, 0, 0);
                return;
            }
            FrameUse use = file.inMemory() ? FrameUse.SHMEM : FrameUse.FILE;
            ledger.map(use, pfn, order, file.mapping(), index + vma.pgoff);
        } else if (shared) {
            long mapping =
                    sharedMemory.computeIfAbsent(area.at().va(), _ -> parts.files().sharedMemory());
            ledger.map(FrameUse.SHMEM, pfn, order, mapping, index);
        } else {
            long anonVma = anonVma(area.at().va());
            area.at().set("anon_vma", anonVma);
            ledger.map(FrameUse.ANON, pfn, order, anonVma, index + vma.pgoff);
        }
    }

    /** All descend from one process, so that any two may share pages since some fork. */
    private long anonVma(long vma) {
        return anonVmas.computeIfAbsent(
                vma,
                _ -> {
                    KernelStruct made = parts.heap().struct("anon_vma");
                    if (anonRoot == 0) {
                        anonRoot = made.va();
                    }
                    made.set("root", anonRoot).set("parent", anonRoot);
                    return made.set("refcount.counter", 1).set("num_active_vmas", 1).va();
                });
    }

    /**
     * {@code mm_struct.rss_stat}, when every mm is mapped: what a page counts as is its own matter.
     *
     * @param leaves of one mm
     */
    long[] count(List<MmBuilder.LeafEntry> leaves) {
        long[] counts = new long[4];
        int shift = parts.geometry().pageShift();
        for (MmBuilder.LeafEntry leaf : leaves) {
            long pfn = leaf.pa() >>> shift;
            long end = pfn + (parts.geometry().entrySize(leaf.level()) >>> shift);
            boolean special = leaf.flags() != null && leaf.flags().contains(LeafFlag.SPECIAL);
            for (; pfn < end && !special; pfn++) {
                Entry entry = ledger.of(pfn);
                if (entry != null && entry.use() != FrameUse.HUGE_ZERO) {
                    counts[counter(entry.use())]++;
                }
            }
        }
        return counts;
    }

    private static int counter(FrameUse use) {
        return switch (use) {
            case ANON -> MM_ANONPAGES;
            case SHMEM -> MM_SHMEMPAGES;
            default -> MM_FILEPAGES;
        };
    }
}
