package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphRelationship.LeafMapping;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel's memory of before lies in after: two boots put its regions at different
 * addresses, and each as a whole. Of the linear map the region stays, and what is in it moves: RAM
 * begins somewhere in it ({@code memstart_offset_seed}, {@code arch/arm64/mm/init.c}).
 */
final class KernelShift {
    private static final String LINEAR = "linear";

    private final Map<String, GraphNode.Region> before;
    private final Map<String, GraphNode.Region> after;
    private final @Nullable Long linear;

    KernelShift(Side before, Side after) {
        this.before = before.regions();
        this.after = after.regions();
        Long was = linearOffset(before, this.before.get(LINEAR));
        Long is = linearOffset(after, this.after.get(LINEAR));
        this.linear = was == null || is == null ? null : (Long) (is - was);
    }

    /** What a virtual address of the linear map is more than its physical one; null if unknown. */
    private static @Nullable Long linearOffset(Side side, GraphNode.@Nullable Region region) {
        if (region == null) {
            return null;
        }
        for (GraphRelationship each : side.relationships()) {
            if (each instanceof LeafMapping leaf
                    && leaf.va() >= region.start()
                    && leaf.va() < region.end()) {
                return leaf.va() - side.node(leaf.to(), GraphNode.PageRange.class).pa();
            }
        }
        return null;
    }

    /**
     * The address in after of an address of before; the same if no region holds it.
     *
     * @param va in the kernel's half, so negative; others keep their place
     */
    long of(long va) {
        GraphNode.Region from = va < 0 ? innermost(before, va) : null;
        GraphNode.Region to = from == null ? null : after.get(from.name());
        if (from == null || to == null) {
            return va;
        }
        return va
                + (linear != null && from.name().equals(LINEAR)
                        ? linear
                        : to.start() - from.start());
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
