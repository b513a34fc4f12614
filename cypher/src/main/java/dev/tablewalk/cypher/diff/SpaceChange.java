package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GraphNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of an address space: a process's, or one of the kernel's own trees.
 *
 * @param owner whose it is
 * @param fate null if it is on both sides
 * @param executed whether it is on one side only because its task executed another program
 * @param mm of its {@code mm_struct}; null of the kernel's own, and where that is as it was
 * @param vmas by address
 * @param tables by address, upper levels first
 * @param pages by address, those written last
 * @param whole false if its tables repeat so often that not all was compared
 */
public record SpaceChange(
        Owner owner,
        @Nullable Fate fate,
        boolean executed,
        @Nullable NodeChange<GraphNode.MmStruct> mm,
        List<VmaChange> vmas,
        List<TableChange> tables,
        List<PageChange> pages,
        boolean whole) {
    /** Whose an address space is. */
    public sealed interface Owner {}

    /**
     * A process's, or that of several.
     *
     * @param pids by number; none if no task has it
     * @param comm of the first
     */
    public record OfProcess(List<Integer> pids, String comm) implements Owner {}

    /** One of the kernel's own. */
    public record OfKernel(String symbol) implements Owner {}

    /** Whether it is the kernel's own. */
    public boolean isKernel() {
        return owner instanceof OfKernel;
    }

    /** Pages by kind of change. */
    public Map<PageChange.Kind, Long> pageCounts() {
        Map<PageChange.Kind, Long> counts = new EnumMap<>(PageChange.Kind.class);
        for (PageChange each : pages) {
            counts.merge(each.kind(), each.pages(), Long::sum);
        }
        return counts;
    }

    /** Whether nothing is to be said of it. */
    boolean isNone() {
        return fate == null
                && mm == null
                && vmas.isEmpty()
                && tables.isEmpty()
                && pages.isEmpty()
                && whole;
    }
}
