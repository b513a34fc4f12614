package dev.tablewalk.ingest.synthetic;

/** The slab, made simple: objects one behind the other in frames of their own. */
final class KernelHeap {
    private static final int MIN_ALIGN = 64;

    private final FrameAllocator frames;
    private final FrameLedger ledger;
    private final long cache;
    private final KernelMemory memory;
    private final int pageShift;
    private long next;
    private long end;

    /**
     * @param cache address of the {@code kmem_cache} that its frames say they belong to
     */
    KernelHeap(
            FrameAllocator frames,
            FrameLedger ledger,
            KernelMemory memory,
            int pageShift,
            long cache) {
        this.frames = frames;
        this.ledger = ledger;
        this.cache = cache;
        this.memory = memory;
        this.pageShift = pageShift;
    }

    /** Takes objects from these physical addresses on, whole frames, until they are full. */
    void fillFirst(long from, long until) {
        int pages = (int) ((until - from) >>> pageShift);
        for (int i = 0; i < pages; i++) {
            ledger.enter(FrameUse.SLAB, (from >>> pageShift) + i, 1, cache);
        }
        next = from;
        end = until;
    }

    /** One that has frames of its own. */
    KernelHeap another() {
        return new KernelHeap(frames, ledger, memory, pageShift, cache);
    }

    /** The linear map's address of so many zeroed bytes. */
    long allocate(int size, int align) {
        int alignment = Math.max(align, MIN_ALIGN);
        long at = Math.ceilDiv(next, alignment) * alignment;
        if (at + size > end) {
            int needed = Math.toIntExact(Math.ceilDiv(size, 1L << pageShift));
            int pages = Integer.highestOneBit(2 * needed - 1);
            long pfn = pages == 1 ? frames.allocate() : frames.allocate(pages, pages);
            ledger.enter(FrameUse.SLAB, pfn, pages, cache);
            at = pfn << pageShift;
            end = at + ((long) pages << pageShift);
        }
        next = at + size;
        return memory.linear(at);
    }

    /** A zeroed struct. */
    KernelStruct struct(String type) {
        CType.Aggregate layout = memory.types().struct(type);
        return memory.struct(type, allocate(layout.size(), layout.align()));
    }

    /** A string with the zero behind it. */
    long string(String text) {
        long at = allocate(text.length() * 3 + 1, 1);
        memory.putString(at, text);
        return at;
    }
}
