package dev.tablewalk.ingest;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.anomaly.Anomalies;
import dev.tablewalk.ingest.kernel.Kernel;
import dev.tablewalk.ingest.kernel.KernelRoots;
import dev.tablewalk.ingest.process.FoundMm;
import dev.tablewalk.ingest.process.FoundTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells whether an image is of one moment, by address spaces: what hangs from each root is held
 * against what the kernel counts of it. While a guest stands still they are the same; where its
 * memory was copied as it ran, a tree and its counters, or two parts of a tree, may be of different
 * moments. Whoever changes tables behind the kernel's back is told by the same.
 */
final class Moment {
    private static final Set<String> BUSY = Set.of("R", "D");

    private final boolean complete;
    private final Anomalies anomalies;
    private final Set<Long> kernelRoots;
    private final Set<Long> busy;
    private final int pageShift;
    private final boolean tablesCounted;
    private final boolean vmasCounted;
    private int roots;
    private int torn;

    /**
     * @param complete whether the image holds all of RAM; where some is missing, so is what counts
     */
    Moment(
            Kernel kernel,
            List<KernelRoots.Root> kernelRoots,
            Collection<FoundTask> tasks,
            boolean complete,
            Anomalies anomalies) {
        this.complete = complete;
        this.anomalies = anomalies;
        busy =
                tasks.stream()
                        .filter(task -> BUSY.contains(task.node().state()))
                        .map(FoundTask::mm)
                        .collect(Collectors.toSet());
        this.kernelRoots =
                kernelRoots.stream().map(KernelRoots.Root::pa).collect(Collectors.toSet());
        pageShift = kernel.map().format().pageShift();
        tablesCounted = knows(kernel, "pgtables_bytes.counter");
        vmasCounted = knows(kernel, "map_count") && knows(kernel, "total_vm");
    }

    private static boolean knows(Kernel kernel, String counter) {
        return kernel.types().member("mm_struct", counter).isPresent();
    }

    /**
     * Holds an address space against its counters. Left out are those that no task has, as {@code
     * fork()} and {@code execve()} are still making them, and those of tasks that may stand in the
     * middle of a change: they run, are about to, or wait inside the kernel for memory or a disk;
     * or some lock of theirs is held.
     */
    void hold(FoundMm mm, TreeTally found) {
        GraphNode.MmStruct counts = mm.node();
        boolean kernels = mm.kernel() || kernelRoots.contains(mm.pgdPa());
        boolean used = counts.mmUsers() > 0 && counts.foundBy().contains("task");
        boolean locked = found.locked || !counts.heldLocks().isEmpty();
        boolean still = used && !locked && !busy.contains(counts.address());
        if (used && !kernels && found.unheldTables > 0) {
            tellUnheld(counts, found);
        }
        if (!complete || kernels || !still || !found.whole) {
            return;
        }
        roots++;
        String tables = String.join("; ", tables(counts, found));
        if (!tables.isEmpty()) {
            anomalies.add("torn_tables", counts.address(), "mm_struct.pgd", tables);
        }
        String vmas = vmasCounted ? String.join("; ", vmas(mm)) : "";
        if (!vmas.isEmpty()) {
            anomalies.add("torn_vmas", counts.address(), "mm_struct.map_count", vmas);
        }
        torn += tables.isEmpty() && vmas.isEmpty() ? 0 : 1;
    }

    /**
     * Tells of tables that the image does not hold, unless they were empty: dumps without zero
     * pages leave those out, and then what the kernel counts is all there.
     */
    private void tellUnheld(GraphNode.MmStruct counts, TreeTally found) {
        Long pages = counts.rssPages();
        Long swapped = counts.swapPages();
        boolean known = pages != null && swapped != null;
        if (pages == null
                || swapped == null
                || pages > found.mostPages()
                || swapped > found.mostSwapped()) {
            anomalies.add(
                    "table_left_out",
                    counts.address(),
                    "mm_struct.pgd",
                    found.unheldTables
                            + " tables are not in the image, and "
                            + (known
                                    ? "pages with them: "
                                            + pages
                                            + " present and "
                                            + swapped
                                            + " in swap by the kernel's count, "
                                            + found.leastPages()
                                            + " and "
                                            + found.leastSwapped()
                                            + " found"
                                    : "how many pages with them is not known"));
        }
    }

    private List<String> tables(GraphNode.MmStruct counts, TreeTally found) {
        List<String> wrong = new ArrayList<>();
        long tables = counts.pgtablesBytes() >> pageShift;
        if (tablesCounted && (tables < found.leastTables() || tables > found.mostTables())) {
            wrong.add(tables + " tables by the kernel's count, " + found.leastTables() + " found");
        }
        Long pages = counts.rssPages();
        if (pages != null && (pages < found.leastPages() || pages > found.mostPages())) {
            wrong.add(pages + " pages by the kernel's count, " + found.leastPages() + " mapped");
        }
        Long swapped = counts.swapPages();
        if (swapped != null && (swapped < found.leastSwapped() || swapped > found.mostSwapped())) {
            wrong.add(
                    swapped
                            + " pages in swap by the kernel's count, "
                            + found.leastSwapped()
                            + " found");
        }
        if (found.outsideVmas > 0) {
            wrong.add(found.outsideVmas + " pages outside every VMA");
        }
        if (found.freePages > 0) {
            wrong.add(found.freePages + " pages whose frames are free");
        }
        if (found.strayPages > 0) {
            wrong.add(found.strayPages + " pages whose frames belong elsewhere");
        }
        if (found.lostPointers > 0) {
            wrong.add(found.lostPointers + " pointers that lead to no table of their level");
        }
        if (found.foreignTables > 0) {
            wrong.add(
                    found.foreignTables
                            + " tables whose frames the kernel uses for something else");
        }
        return wrong;
    }

    private List<String> vmas(FoundMm mm) {
        List<String> wrong = new ArrayList<>();
        if (mm.vmas().size() != mm.node().mapCount()) {
            wrong.add(
                    mm.node().mapCount()
                            + " VMAs by the kernel's count, "
                            + mm.vmas().size()
                            + " found");
        }
        long bytes = mm.vmas().stream().mapToLong(vma -> vma.end() - vma.start()).sum();
        long pages = bytes >> pageShift;
        if (pages != mm.node().totalVm()) {
            wrong.add(
                    "VMAs of "
                            + mm.node().totalVm()
                            + " pages by the kernel's count, "
                            + pages
                            + " found");
        }
        return wrong;
    }

    /** Roots that could be held against their counters. */
    long roots() {
        return roots;
    }

    /** Those of them that disagree. */
    long torn() {
        return torn;
    }

    /** Says it in a line, if anything could be compared. */
    void tell(Progress progress) {
        if (roots == 0) {
            return;
        }
        long tears = anomalies.count("torn_list");
        long structs = anomalies.count("torn_task") + anomalies.count("torn_mm");
        progress.found(
                "moment",
                torn
                        + " of "
                        + roots
                        + " roots changed while it was copied"
                        + (tears == 0 ? "" : ", " + tears + " tears in lists")
                        + (structs == 0
                                ? ""
                                : ", " + structs + " structs that contradict themselves"),
                torn + tears + structs > 0
                        ? "so it is of no one moment; what changed and left all counts and frames"
                                + " in agreement cannot be told"
                        : "each is as the kernel counts it");
    }
}
