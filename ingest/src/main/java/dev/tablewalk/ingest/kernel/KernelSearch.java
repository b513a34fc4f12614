package dev.tablewalk.ingest.kernel;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.EntryKind;
import dev.tablewalk.ingest.arch.PageTableFormat;
import dev.tablewalk.ingest.memory.PhysicalMemory;
import dev.tablewalk.ingest.types.Field;
import dev.tablewalk.ingest.vmcoreinfo.Vmcoreinfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * The kernel's map, found from {@code init_task} on. Some {@code mm_struct} in the kernel's image
 * points to its root table: {@code init_mm}, whose members tell where the image lies as well. That
 * table, in one of the layouts that there are, maps {@code init_task} to where it was found; then
 * the tables themselves say where text begins and where the linear map lies.
 */
final class KernelSearch {
    /** No more than this of the image lies before {@code init_task}, or behind it. */
    private static final long REACH = 256L << 20;

    /** Most images lie within this; asked first. */
    private static final long NEAR = 64L << 20;

    /** Pages of the image that anything in it points to; a kernel has some thousands. */
    private static final int MOST_POINTED_TO = 1 << 16;

    private final RamBases bases;
    private final Architecture architecture;
    private final InitTask task;
    private final PhysicalMemory searched;
    private final long toVa;
    private final LongConsumer booting;

    private KernelSearch(
            RamBases bases, Architecture architecture, InitTask task, LongConsumer booting) {
        this.booting = booting;
        this.bases = bases;
        this.architecture = architecture;
        this.task = task;
        this.searched = bases.searched();
        this.toVa = task.va() - task.place();
    }

    /**
     * What is learnt.
     *
     * @param info enough of what VMCOREINFO would say for the map to be proved
     * @param proof what it rests on
     * @param answered whether a task beside it in the list, found by the linear map, points back:
     *     no table maps that by chance, as one of a few entries may map the kernel's image
     */
    record Found(Vmcoreinfo info, InitTask task, String proof, boolean answered) {}

    /** A place that may hold the root, and whether what points to it looks like {@code init_mm}. */
    private record Root(long place, boolean ofInitMm) {}

    /** The root in one layout, with RAM where it then must lie. */
    private record Rooted(Root root, PageTableFormat format, RamBases.Ram ram) {}

    /**
     * Finds what may be it, likeliest first; made as they are asked for.
     *
     * @param booting takes the physical address of an {@code init_task} that is mapped by tables
     *     without a linear map, as {@code paging_init()} makes it
     */
    static Stream<Found> of(
            RamBases bases, Architecture architecture, InitTask task, LongConsumer booting) {
        KernelSearch search = new KernelSearch(bases, architecture, task, booting);
        return Stream.of(NEAR, REACH)
                .map(search::roots)
                .flatMap(
                        roots ->
                                Stream.of(true, false)
                                        .flatMap(
                                                init ->
                                                        roots.stream()
                                                                .filter(r -> r.ofInitMm == init)))
                .flatMap(search::layouts)
                .flatMap(rooted -> search.describe(rooted).stream());
    }

    /** Pages of the image, so near to {@code init_task}, that something in it points to. */
    private List<Root> roots(long reach) {
        Optional<Field> pgd = task.types().member("mm_struct", "pgd");
        if (pgd.isEmpty()) {
            return List.of();
        }
        Set<Long> seen = new HashSet<>();
        Map<Long, Boolean> roots = new HashMap<>();
        List<Long> order = new ArrayList<>();
        Words.any(
                searched,
                Math.max(0, task.place() - reach),
                task.place() + reach,
                (at, word) -> {
                    long place = word - toVa;
                    boolean page = (place & 0xfff) == 0 && Math.abs(place - task.place()) < reach;
                    if (page && !seen.contains(place) && seen.size() < MOST_POINTED_TO) {
                        seen.add(place);
                        if (mayBeRoot(place)) {
                            order.add(place);
                            roots.put(place, false);
                        }
                    }
                    if (page && roots.containsKey(place) && isInitMm(at - pgd.get().offset())) {
                        roots.put(place, true);
                    }
                    return false;
                });
        return order.stream()
                .map(place -> new Root(place, roots.getOrDefault(place, false)))
                .toList();
    }

    private boolean mayBeRoot(long place) {
        return architecture.formats().stream().anyMatch(format -> leadsOn(place, format));
    }

    /** The entry for {@code init_task}'s address leads to a table, or maps it. */
    private long entry(long place, PageTableFormat format) {
        int index = (int) (task.va() >>> format.shift(0)) & format.entries(0) - 1;
        long at = place + 8L * index;
        return searched.contains(at, 8) ? searched.u64(at) : 0;
    }

    private boolean leadsOn(long place, PageTableFormat format) {
        EntryKind kind = format.kind(entry(place, format), 0);
        return format.isKernel(task.va())
                && format.canonical(task.va()) == task.va()
                && (place & format.pageSize() - 1) == 0
                && (kind == EntryKind.TABLE || kind == EntryKind.LEAF);
    }

    /** {@code setup_initial_init_mm()} has it span the image: text, then data, then the end. */
    private boolean isInitMm(long mm) {
        long before = Long.MIN_VALUE;
        for (String member : List.of("start_code", "end_code", "end_data", "brk")) {
            Optional<Field> field = task.types().member("mm_struct", member);
            if (field.isEmpty() || !searched.contains(mm + field.get().offset(), 8)) {
                return false;
            }
            long va = searched.u64(mm + field.get().offset());
            if (va <= before || Math.abs(va - task.va()) >= REACH) {
                return false;
            }
            before = va;
        }
        return true;
    }

    /** Every layout in which the root maps {@code init_task}, and itself, to where they lie. */
    private Stream<Rooted> layouts(Root root) {
        return architecture.formats().stream()
                .filter(format -> leadsOn(root.place, format))
                .flatMap(
                        format ->
                                bases.holding(
                                                architecture,
                                                format.address(entry(root.place, format), 0),
                                                root.place)
                                        .filter(ram -> maps(ram, format, root.place))
                                        .map(ram -> new Rooted(root, format, ram)));
    }

    private boolean maps(RamBases.Ram ram, PageTableFormat format, long root) {
        long rootPa = root + ram.base();
        return KernelMemory.translate(ram.memory(), format, rootPa, task.va())
                        == task.place() + ram.base()
                && KernelMemory.translate(ram.memory(), format, rootPa, root + toVa) == rootPa;
    }

    private Optional<Found> describe(Rooted rooted) {
        PageTableFormat format = rooted.format;
        RamBases.Ram ram = rooted.ram;
        long imageOffset = toVa - ram.base();
        long rootPa = rooted.root.place + ram.base();
        MappedImage image =
                MappedImage.around(ram.memory(), format, rootPa, task.va(), imageOffset);
        long end = architecture.linearEnd(format);
        Optional<LinearMap> linear =
                LinearMap.find(
                        ram.memory(),
                        format,
                        rootPa,
                        end,
                        List.of(rootPa, task.place() + ram.base()),
                        task.neighbours(searched));
        if (linear.isEmpty() && !LinearMap.isBegun(ram.memory(), format, rootPa, end)) {
            booting.accept(task.place() + ram.base());
        }
        if (linear.isEmpty() || image.text() == 0) {
            return Optional.empty();
        }
        Map<String, String> lines =
                new HashMap<>(
                        architecture.describe(
                                format, imageOffset, linear.get().offset(), image::holdsWord));
        lines.put("SYMBOL(swapper_pg_dir)", Hex.of(rooted.root.place + toVa));
        lines.put("SYMBOL(_stext)", Hex.of(image.text()));
        return Optional.of(
                new Found(
                        new Vmcoreinfo(lines),
                        task,
                        "init_task at PA "
                                + Hex.of(task.place() + ram.base())
                                + " names its own address, and the root that "
                                + (rooted.root.ofInitMm ? "init_mm" : "the kernel's data")
                                + " points to maps it there",
                        linear.get().answered()));
    }
}
