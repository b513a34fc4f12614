package dev.tablewalk.ingest.synthetic;

/**
 * Writes {@code mem_section}, if memory was added after boot: pointers to as many sections as fill
 * a page (CONFIG_SPARSEMEM_EXTREME), each as large as what a last-level table maps.
 */
final class SectionWriter {
    /** Present, with a map, and online. */
    private static final long IN_USE = 7;

    private static final long EARLY = 8;
    private static final int PHYSICAL_BITS = 40;

    private SectionWriter() {}

    /** Writes them, and tells where they are. */
    static Vmcoreinfo.Sections write(GuestImageBuilder wanted, KernelMemory memory) {
        Geometry geometry = wanted.geometry();
        if (wanted.addedMemory == 0) {
            return new Vmcoreinfo.Sections(0, 0, 27, geometry.physicalBits());
        }
        int shift = Long.numberOfTrailingZeros(geometry.entrySize(2));
        int size = memory.types().struct("mem_section").size();
        long perRoot = geometry.pageSize() / size;
        long roots = Math.ceilDiv(1L << (PHYSICAL_BITS - shift), perRoot);
        perRoot = (1L << (PHYSICAL_BITS - shift)) / roots;
        long array = frames(wanted, memory, 8 * roots);
        long ramEnd = wanted.ramBase + wanted.ramSize;
        for (long pa = wanted.ramBase; pa < ramEnd; pa += 1L << shift) {
            long section = pa >>> shift;
            long pointer = array + 8 * (section / perRoot);
            if (memory.u64(pointer) == 0) {
                memory.putU64(pointer, frames(wanted, memory, perRoot * size));
            }
            boolean early = pa < ramEnd - wanted.addedMemory;
            memory.struct("mem_section", memory.u64(pointer) + section % perRoot * size)
                    .set("section_mem_map", IN_USE | (early ? EARLY : 0));
        }
        return new Vmcoreinfo.Sections(array, roots, shift, PHYSICAL_BITS);
    }

    private static long frames(GuestImageBuilder wanted, KernelMemory memory, long bytes) {
        int shift = wanted.geometry().pageShift();
        int count = Math.toIntExact(Math.ceilDiv(bytes, 1L << shift));
        long pfn = count == 1 ? wanted.frames().allocate() : wanted.frames().allocate(count, 1);
        return memory.linear(pfn << shift);
    }
}
