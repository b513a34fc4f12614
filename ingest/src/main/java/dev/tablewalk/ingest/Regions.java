package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.frame.FrameKind;
import dev.tablewalk.ingest.frame.Frames;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.pagetable.PageTables;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The regions of the kernel's address space: as VMCOREINFO tells them (Linux {@code
 * arch/arm64/kernel/vmcore_info.c}), and those of the image as its own page tables show them.
 */
final class Regions {
    /** Parts of one section of the image are not further apart. */
    private static final long GAP = 2L << 20;

    private final Kernel kernel;
    private final PageTables tables;
    private final @Nullable Frames frames;
    private final long imageStart;
    private final long imageEnd;
    private final List<GraphNode.Region> regions = new ArrayList<>();
    private long textEnd;
    private long rodataStart;
    private long rodataEnd;
    private long fixmapStart;
    private long fixmapEnd;

    private Regions(Kernel kernel, PageTables tables, @Nullable Frames frames) {
        this.kernel = kernel;
        this.frames = frames;
        this.tables = tables;
        this.imageStart = kernel.map().textVa();
        this.imageEnd = kernel.imageEnd() + kernel.map().imageOffset();
        this.textEnd = imageStart;
    }

    /**
     * Finds them.
     *
     * @param frames where {@code struct page} was found, if it was
     */
    static List<GraphNode.Region> of(Kernel kernel, PageTables tables, @Nullable Frames frames) {
        return new Regions(kernel, tables, frames).find();
    }

    private List<GraphNode.Region> find() {
        KernelMap map = kernel.map();
        add("linear", map.linearStart(), map.linearEnd());
        kernel.architecture()
                .regions(kernel.info(), kernel.map().format(), kernel::word)
                .forEach(regions::add);
        told("modules", "MODULES_VADDR", "MODULES_END");
        told("vmalloc", "VMALLOC_START", "VMALLOC_END");
        if (!told("vmemmap", "VMEMMAP_START", "VMEMMAP_END") && frames != null) {
            // Not told before 6.0, but proved by what lies there.
            int size = kernel.types().structSize("page").orElse(0);
            long start = kernel.architecture().vmemmapStart(frames.vmemmap(), map, size);
            add("vmemmap", start, start + kernel.architecture().vmemmapSize(map, size));
        }
        add("image", imageStart, imageEnd);
        sections();
        add("image_text", imageStart, textEnd);
        add("image_rodata", rodataStart, rodataEnd);
        fixmap();
        add("fixmap", fixmapStart, fixmapEnd);
        return regions;
    }

    private boolean told(String name, String start, String end) {
        OptionalLong from = kernel.info().number(start);
        OptionalLong to = kernel.info().number(end);
        if (from.isEmpty() || to.isEmpty()) {
            return false;
        }
        if (regions.stream().anyMatch(region -> region.name().equals(name))) {
            return true; // by the architecture, which knows better
        }
        add(name, from.getAsLong(), to.getAsLong());
        return true;
    }

    private void add(String name, long start, long end) {
        if (Long.compareUnsigned(start, end) < 0) {
            regions.add(new GraphNode.Region(name, start, end));
        }
    }

    private interface Leaves {
        void run(long va, long end, int run);
    }

    /** Every run of leaves that maps kernel addresses, by ascending address in each table. */
    private void forEachLeaf(Leaves leaves) {
        for (int run = 0; run < tables.leafRuns(); run++) {
            long va = tables.entryVa(tables.leafTable(run), tables.leafIndex(run));
            if (kernel.map().format().isKernel(va)) {
                leaves.run(va, va + tables.leafEntriesOf(run) * tables.leafSize(run), run);
            }
        }
    }

    /**
     * The text is what can be executed, from its start on; constants follow it. Both are read-only
     * in the image's own mapping, up to where constants end by the kernel's own symbol or, if some
     * were made writable and it has none, by the linear map. What lies behind is data even if it
     * was made executable.
     */
    private void sections() {
        long pageSize = tables.format().pageSize();
        int count = (int) ((imageEnd - imageStart) / pageSize);
        BitSet mapped = new BitSet(count);
        BitSet executable = new BitSet(count);
        BitSet readOnly = new BitSet(count);
        BitSet alias = new BitSet(count);
        long toLinear = kernel.map().linearOffset() - kernel.map().imageOffset();
        forEachLeaf(
                (va, end, run) -> {
                    LeafAttributes leaf = attributes(run);
                    mark(mapped, va, end);
                    if (leaf.kernelExecutable()) {
                        mark(executable, va, end);
                    }
                    if (!leaf.writable()) {
                        mark(readOnly, va, end);
                        mark(alias, va - toLinear, end - toLinear);
                    }
                });
        // What is not mapped in the image was freed, or is by its struct page, and is whatever it
        // was used for since.
        mapped.andNot(freed(count));
        alias.and(mapped);
        readOnly.and(mapped);
        int constants = Math.max(endWithin(readOnly), endOfConstants());
        if (tellsConstants(alias, mapped, constants)) {
            constants = Math.max(constants, endWithin(alias));
        }
        int text = 0;
        for (int page = executable.nextSetBit(0);
                page >= 0 && page < constants;
                page = executable.nextSetBit(page + 1)) {
            if (page == text || (readOnly.get(page) && (page - text) * pageSize < GAP)) {
                text = page + 1;
            }
        }
        textEnd = imageStart + text * pageSize;
        rodataStart = imageStart + Math.max(text, mapped.nextSetBit(text)) * pageSize;
        rodataEnd = imageStart + constants * pageSize;
    }

    /** Where pages end of which none is further behind the one before than sections are apart. */
    private int endWithin(BitSet pages) {
        long most = GAP / tables.format().pageSize();
        int end = 0;
        for (int page = pages.nextSetBit(0);
                page >= 0 && page - end <= most;
                page = pages.nextSetBit(page + 1)) {
            end = page + 1;
        }
        return end;
    }

    /** Pages of the image that were for booting only, or lay between its sections. */
    private BitSet freed(int count) {
        BitSet freed = new BitSet(count);
        for (int page = 0; frames != null && page < count; page++) {
            FrameKind kind = frames.kind(kernel.imagePa() + page * tables.format().pageSize());
            freed.set(page, kind != FrameKind.RESERVED && kind != FrameKind.UNKNOWN);
        }
        return freed;
    }

    /** Pages of the image up to {@code __end_rodata}; 0 if the kernel does not tell. */
    private int endOfConstants() {
        long end = kernel.symbols().address("__end_rodata").orElse(0);
        return end > imageStart && end <= imageEnd
                ? (int) ((end - imageStart) / tables.format().pageSize())
                : 0;
    }

    /**
     * Whether the linear map keeps constants read-only, and not data as well, as newer kernels do,
     * which write to data through the image alone.
     */
    private static boolean tellsConstants(BitSet alias, BitSet mapped, int constants) {
        int data = mapped.get(constants, Math.max(constants, mapped.length())).cardinality();
        int readOnly = alias.get(constants, Math.max(constants, alias.length())).cardinality();
        return 2 * readOnly < data;
    }

    /** Marks the pages of the image that lie between two addresses. */
    private void mark(BitSet pages, long va, long end) {
        long from = Math.max(va, imageStart);
        long last = Math.min(end - 1, imageEnd - 1);
        if (from <= last) {
            long pageSize = tables.format().pageSize();
            pages.set(
                    (int) ((from - imageStart) / pageSize),
                    (int) ((last - imageStart) / pageSize) + 1);
        }
    }

    private LeafAttributes attributes(int run) {
        return tables.format().attributes(tables.leafRaw(run), tables.level(tables.leafTable(run)));
    }

    /**
     * The fixmap's tables are part of the kernel image ({@code bm_pte}), as no others are that map
     * anything outside of the image.
     */
    private void fixmap() {
        forEachLeaf(
                (va, end, run) -> {
                    long table = tables.pa(tables.leafTable(run));
                    boolean bootTable = table >= kernel.imagePa() && table < kernel.imageEnd();
                    boolean last = tables.leafSize(run) == tables.format().pageSize();
                    if (bootTable && last && regions.stream().noneMatch(r -> holds(r, va))) {
                        fixmapStart = fixmapStart == 0 ? va : Math.min(fixmapStart, va);
                        fixmapEnd = fixmapEnd == 0 ? end : Math.max(fixmapEnd, end);
                    }
                });
    }

    private static boolean holds(GraphNode.Region region, long va) {
        return va >= region.start() && va < region.end();
    }
}
