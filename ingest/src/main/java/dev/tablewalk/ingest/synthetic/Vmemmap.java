package dev.tablewalk.ingest.synthetic;

import dev.tablewalk.ingest.synthetic.FrameLedger.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The array of {@code struct page} by frame number: {@code vmemmap} of {@code
 * arch/ARCH/include/asm/pgtable.h}. Frames that are free are in blocks of the buddy allocator.
 */
final class Vmemmap {
    /** {@code MAX_PAGE_ORDER} with 4 KiB pages. */
    private static final int MAX_ORDER = 10;

    private final GuestImageBuilder wanted;
    private final FrameAllocator frames;
    private final FrameLedger ledger;
    private final KernelMemory memory;
    private final StructPages encoder;
    private final int pageShift;
    private final int size;
    private final long start;

    /** Physical addresses of what is mapped, by virtual addresses. */
    private final Map<Long, Long> pages = new HashMap<>();

    /** Number of the frame behind the free block that is being written. */
    private long blockEnd;

    Vmemmap(GuestImageBuilder wanted, FrameLedger ledger, KernelMemory memory) {
        this.wanted = wanted;
        this.frames = wanted.frames();
        this.ledger = ledger;
        this.memory = memory;
        this.pageShift = wanted.geometry().pageShift();
        this.size = memory.types().struct("page").size();
        this.start = startOfPfnZero();
        this.encoder = new StructPages(memory.types(), wanted.era, this::structPage);
    }

    /**
     * On arm64 {@code VMEMMAP_START - (memstart_addr >> PAGE_SHIFT)}, in units of {@code struct
     * page}; on x86-64 {@code vmemmap_base}.
     */
    private long startOfPfnZero() {
        return switch (wanted.geometry()) {
            case Arm64Geometry geometry -> {
                long memstart = memory.physical(geometry.pageOffset());
                yield geometry.vmemmapStart(wanted.era) - (memstart >> pageShift) * size;
            }
            case X86Geometry geometry -> geometry.vmemmapBase();
        };
    }

    /** Kernel virtual address of {@code struct page} of PFN 0. */
    long start() {
        return start;
    }

    Map<Long, Long> pages() {
        return pages;
    }

    /** Kernel virtual address. */
    long structPage(long pfn) {
        return start + pfn * size;
    }

    /**
     * Maps what is needed, which takes frames of its own and of page tables.
     *
     * @param map maps a kernel virtual address to a physical one
     */
    void map(BiConsumer<Long, Long> map) {
        do {
            NavigableSet<Long> missing = missing();
            // Together, so that few more are needed for what these take themselves.
            long next = wanted.vmemmapOfUsedFrames ? frames.allocate(missing.size(), 1) : 0;
            for (long va : missing) {
                long pfn = wanted.vmemmapOfUsedFrames ? next++ : frames.allocate();
                ledger.enter(FrameUse.RESERVED, pfn, 1, 0);
                pages.put(va, pfn << pageShift);
                map.accept(va, pfn << pageShift);
            }
        } while (wanted.vmemmapOfUsedFrames && !missing().isEmpty());
    }

    private NavigableSet<Long> missing() {
        long pageSize = 1L << pageShift;
        NavigableSet<Long> missing = new TreeSet<>();
        if (wanted.vmemmapOfUsedFrames) {
            ledger.inUse().forEach(pfn -> missing.add(structPage(pfn) & -pageSize));
        } else {
            for (RamRuns.Run run : wanted.ram().runs()) {
                long last = structPage(run.end() >>> pageShift) - 1;
                long va = structPage(run.pa() >>> pageShift) & -pageSize;
                for (; va <= last; va += pageSize) {
                    missing.add(va);
                }
            }
        }
        missing.removeAll(pages.keySet());
        return missing;
    }

    /** Writes it, when all frames are handed out. */
    void write() {
        for (long va : new TreeSet<>(pages.keySet())) {
            long first = Math.ceilDiv(va - start, size);
            long end = (va + (1L << pageShift) - start) / size;
            write(first, end);
        }
    }

    /**
     * Hangs the tables that are kept for a table's huge pages on its {@code struct page}: {@code
     * pgtable_trans_huge_deposit} in {@code mm/pgtable-generic.c}. When all is written.
     *
     * @param table frame number of the table that maps the huge pages
     * @param kept frame numbers of those that are kept
     */
    void deposit(long table, List<Long> kept) {
        String struct = memory.types().has("page", "pmd_huge_pte") ? "page" : "ptdesc";
        int first = memory.types().field(struct, "pmd_huge_pte").offset();
        int list = memory.types().field("page", "lru").offset();
        memory.ram().putU64(physical(table) + first, structPage(kept.getFirst()));
        for (int i = 0; i < kept.size(); i++) {
            long next = kept.get((i + 1) % kept.size());
            memory.ram().putU64(physical(kept.get(i)) + list, structPage(next) + list);
            memory.ram().putU64(physical(next) + list + 8, structPage(kept.get(i)) + list);
        }
    }

    private void write(long first, long end) {
        for (long pfn = first; pfn < end; pfn++) {
            if (!frames.has(pfn)) {
                continue; // beside RAM, on a page with others
            }
            Entry entry = ledger.of(pfn);
            if (entry != null) {
                put(pfn, encoder.of(pfn, entry));
            } else if (pfn < blockEnd) {
                put(pfn, encoder.free());
            } else {
                int order = freeOrder(pfn);
                put(pfn, encoder.buddy(pfn, order));
                blockEnd = pfn + (1L << order);
            }
        }
    }

    /** The order of the largest free block that begins here. */
    private int freeOrder(long pfn) {
        int most = wanted.vmemmapOfUsedFrames ? pageShift - 6 : MAX_ORDER;
        int order = 0;
        while (order < most && (pfn & ((2L << order) - 1)) == 0 && areFree(pfn, order)) {
            order++;
        }
        return order;
    }

    /** Whether the buddy of this block is free, given that the block is. */
    private boolean areFree(long pfn, int order) {
        for (long other = pfn + (1L << order); other < pfn + (2L << order); other++) {
            if (!frames.has(other) || ledger.of(other) != null) {
                return false;
            }
        }
        return true;
    }

    private void put(long pfn, byte[] bytes) {
        memory.ram().putBytes(physical(pfn), bytes);
    }

    private long physical(long pfn) {
        long va = structPage(pfn);
        long page = va & -(1L << pageShift);
        return pages.getOrDefault(page, 0L) + va - page;
    }
}
