package dev.tablewalk.ingest.api;

import java.util.Map;
import java.util.Set;

/**
 * A node of a guest's graph, such as a task, an address space or a page table.
 *
 * @param number of it in its {@link Guest}, from 0
 * @param labels all that it has, such as {@code PageTable} and {@code Root}
 * @param properties by name, each a {@code Long}, {@code Boolean}, {@code String} or a list of
 *     strings; what is not known of it is not there
 */
public record Node(int number, Set<String> labels, Map<String, Object> properties) {
    /** One whose labels and properties do not change. */
    public Node {
        labels = Set.copyOf(labels);
        properties = Map.copyOf(properties);
    }
}
