package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.LeafAttributes;
import dev.tablewalk.ingest.arch.KernelMap;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.pagetable.PageTables;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The regions of the kernel's address space: as VMCOREINFO tells them (Linux {@code
 * arch/arm64/kernel/vmcore_info.c}), and those of the image as its own page tables show them.
 */
final class Regions {
    /** Parts of one section of the image are not further apart. */
    private static final long GAP = 2L << 20;

    private final Kernel kernel;
    private final PageTables tables;
    private final long imageStart;
    private final long imageEnd;
    private final List<GraphNode.Region> regions = new ArrayList<>();
    private long textEnd;
    private long rodataEnd;
    private long fixmapStart;
    private long fixmapEnd;

    private Regions(Kernel kernel, PageTables tables) {
        this.kernel = kernel;
        this.tables = tables;
        this.imageStart = kernel.map().textVa();
        this.imageEnd = kernel.imageEnd() + kernel.map().imageOffset();
        this.textEnd = imageStart;
    }

    static List<GraphNode.Region> of(Kernel kernel, PageTables tables) {
        return new Regions(kernel, tables).find();
    }

    private List<GraphNode.Region> find() {
        KernelMap map = kernel.map();
        add("linear", map.linearStart(), map.linearEnd());
        told("modules", "MODULES_VADDR", "MODULES_END");
        told("vmalloc", "VMALLOC_START", "VMALLOC_END");
        told("vmemmap", "VMEMMAP_START", "VMEMMAP_END");
        add("image", imageStart, imageEnd);
        sections();
        add("image_text", imageStart, textEnd);
        add("image_rodata", textEnd, rodataEnd);
        fixmap();
        add("fixmap", fixmapStart, fixmapEnd);
        return regions;
    }

    private void told(String name, String start, String end) {
        OptionalLong from = kernel.info().number(start);
        OptionalLong to = kernel.info().number(end);
        if (from.isPresent() && to.isPresent()) {
            add(name, from.getAsLong(), to.getAsLong());
        }
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

    /** The text is what can be executed, from its start on; read-only data follows it. */
    private void sections() {
        TreeMap<Long, Long> executable = new TreeMap<>();
        forEachLeaf(
                (va, end, run) -> {
                    boolean inImage = va >= imageStart && va < imageEnd;
                    LeafAttributes leaf = attributes(run);
                    if (inImage && leaf.kernelExecutable()) {
                        executable.merge(va, end, Math::max);
                    } else if (inImage && !leaf.writable()) {
                        rodataEnd = rodataEnd == 0 ? end : Math.max(rodataEnd, end);
                    }
                });
        executable.forEach(
                (va, end) -> {
                    if (va - textEnd < GAP) {
                        textEnd = Math.max(textEnd, end);
                    }
                });
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
