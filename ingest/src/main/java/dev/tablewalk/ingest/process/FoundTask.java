package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.GraphNode;

/**
 * A task and the pointers that lead on from it, each a kernel virtual address or 0.
 *
 * @param parent {@code real_parent}
 * @param leader {@code group_leader}
 * @param cpu the processor that it is on right now, or -1
 */
public record FoundTask(
        GraphNode.Task node, long mm, long activeMm, long parent, long leader, int cpu) {}
