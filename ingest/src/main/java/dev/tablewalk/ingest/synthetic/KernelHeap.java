package dev.tablewalk.ingest.synthetic;

/** The slab, made simple: objects one behind the other in frames of their own. */
final class KernelHeap {
    private static final int MIN_ALIGN = 64;

    private final FrameAllocator frames;
    private final KernelMemory memory;
    private final int pageShift;
    private long next;
    private long end;

    KernelHeap(FrameAllocator frames, KernelMemory memory, int pageShift) {
        this.frames = frames;
        this.memory = memory;
        this.pageShift = pageShift;
    }

    /** The linear map's address of so many zeroed bytes. */
    long allocate(int size, int align) {
        int alignment = Math.max(align, MIN_ALIGN);
        long at = Math.ceilDiv(next, alignment) * alignment;
        if (at + size > end) {
            int pages = Math.toIntExact(Math.ceilDiv(size, 1L << pageShift));
            long pfn = pages == 1 ? frames.allocate() : frames.allocate(pages, 1);
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
