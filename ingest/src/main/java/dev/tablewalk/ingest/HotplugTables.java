package dev.tablewalk.ingest;

import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.MemorySections;
import dev.tablewalk.ingest.pagetable.PageTables;
import java.util.BitSet;
import java.util.Optional;

/**
 * The tables of the linear map and of {@code vmemmap} that the kernel made when memory was added:
 * {@code arch_add_memory()} and {@code vmemmap_populate()} take them from the page allocator as
 * they are, where all others get a constructor. They are for added memory alone, since what maps
 * memory of boot was made then.
 */
final class HotplugTables {
    private final KernelMap map;
    private final PageTableFormat format;
    private final Frames frames;
    private final int structPage;
    private final long vmemmapStart;
    private final long vmemmapEnd;
    private final MemorySections sections;

    private HotplugTables(
            Kernel kernel, PageTableFormat format, Frames frames, MemorySections sections) {
        this.map = kernel.map();
        this.format = format;
        this.frames = frames;
        this.sections = sections;
        structPage = kernel.types().structSize("page").orElse(0);
        vmemmapStart = kernel.architecture().vmemmapStart(frames.vmemmap(), map, structPage);
        vmemmapEnd = vmemmapStart + kernel.architecture().vmemmapSize(map, structPage);
    }

    /** The rows of them; none where the kernel does not tell which memory was added. */
    static BitSet of(Kernel kernel, PageTables tables, Frames frames) {
        BitSet rows = new BitSet();
        Optional<MemorySections> sections = MemorySections.of(kernel);
        if (sections.isEmpty() || kernel.types().structSize("page").orElse(0) <= 0) {
            return rows;
        }
        HotplugTables hotplug = new HotplugTables(kernel, tables.format(), frames, sections.get());
        for (int row = 0; row < tables.count(); row++) {
            if (!tables.isRoot(row) && hotplug.isOne(tables.va(row), tables.level(row))) {
                rows.set(row);
            }
        }
        return rows;
    }

    private boolean isOne(long va, int level) {
        long end = va + ((long) format.entries(level) << format.shift(level));
        if (within(va, end, map.linearStart(), map.linearEnd())) {
            return sections.isAdded(va - map.linearOffset(), end - map.linearOffset());
        }
        if (within(va, end, vmemmapStart, vmemmapEnd)) {
            int shift = format.pageShift();
            return sections.isAdded(
                    Math.floorDiv(va - frames.vmemmap(), structPage) << shift,
                    Math.ceilDiv(end - frames.vmemmap(), structPage) << shift);
        }
        return false;
    }

    /** Whether a range of kernel addresses lies in another. */
    private static boolean within(long va, long end, long from, long to) {
        return Long.compareUnsigned(va, from) >= 0
                && Long.compareUnsigned(va, end) < 0
                && Long.compareUnsigned(end, to) <= 0;
    }
}
