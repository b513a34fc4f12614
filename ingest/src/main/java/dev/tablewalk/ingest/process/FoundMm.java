package dev.tablewalk.ingest.process;

import dev.tablewalk.graph.GraphNode;
import java.util.List;

/**
 * An {@code mm_struct} with its VMAs.
 *
 * @param pgdPa physical address of its root table, or -1 if {@code pgd} leads nowhere
 * @param kernel it is the kernel's own: its root is the kernel's
 */
public record FoundMm(GraphNode.MmStruct node, long pgdPa, boolean kernel, List<FoundVma> vmas) {
    /** The same, found by one way more. */
    FoundMm foundBy(String way) {
        return new FoundMm(node.foundBy(way), pgdPa, kernel, vmas);
    }
}
