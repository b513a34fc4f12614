package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import java.util.List;
import java.util.Map;

/**
 * What differs between two checkpoints.
 *
 * @param before what one side is, and {@code after} the other
 * @param kinship how they are related
 * @param notices what could not be told apart, and why: to be said first
 * @param pageSize bytes of the pages that are counted
 * @param contents whether contents of pages were compared
 * @param tallies of the nodes of each label, in the schema's order
 * @param tasks by pid
 * @param processes address spaces that differ, by pid
 * @param kernel trees of the kernel's own that differ
 * @param nodes other nodes that differ: files, regions, tables that no walk reached, anomalies
 */
public record Difference(
        GraphNode.Checkpoint before,
        GraphNode.Checkpoint after,
        Kinship kinship,
        List<String> notices,
        long pageSize,
        boolean contents,
        Map<String, Tally> tallies,
        List<TaskChange> tasks,
        List<SpaceChange> processes,
        List<SpaceChange> kernel,
        List<NodeChange<?>> nodes) {
    /**
     * How many there were, are, came, went, and are others than they were.
     *
     * @param before nodes before; the other components likewise
     */
    public record Tally(int before, int after, int added, int removed, int changed) {}

    /** Whether nothing differs. */
    public boolean isNone() {
        return tasks.isEmpty() && processes.isEmpty() && kernel.isEmpty() && nodes.isEmpty();
    }
}
