package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel's memory of before lies in after: two boots put its regions at different
 * addresses, and each as a whole.
 */
final class KernelShift {
    private final Map<String, GraphNode.Region> before;
    private final Map<String, GraphNode.Region> after;

    KernelShift(Side before, Side after) {
        this.before = before.regions();
        this.after = after.regions();
    }

    /**
     * The address in after of an address of before; the same if no region holds it.
     *
     * @param va in the kernel's half, so negative; others keep their place
     */
    long of(long va) {
        GraphNode.Region from = va < 0 ? innermost(before, va) : null;
        GraphNode.Region to = from == null ? null : after.get(from.name());
        return from == null || to == null ? va : va + (to.start() - from.start());
    }

    /** The smallest region that holds an address; null if none does. */
    static GraphNode.@Nullable Region innermost(Map<String, GraphNode.Region> regions, long va) {
        GraphNode.Region smallest = null;
        for (GraphNode.Region each : regions.values()) {
            boolean inside = va - each.start() >= 0 && va - each.end() < 0;
            if (inside && (smallest == null || length(each) < length(smallest))) {
                smallest = each;
            }
        }
        return smallest;
    }

    private static long length(GraphNode.Region region) {
        return region.end() - region.start();
    }
}
