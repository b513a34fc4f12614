package dev.tablewalk.ingest.api;

import java.util.Map;

/**
 * A relationship of a guest's graph, such as a page table's pointer to what it maps.
 *
 * @param type of it, such as {@code POINTS_TO}
 * @param from number of the node where it begins
 * @param to number of the node where it ends
 * @param properties by name, each a {@code Long}, {@code Boolean}, {@code String} or a list of
 *     strings; what is not known of it is not there
 */
public record Relationship(String type, int from, int to, Map<String, Object> properties) {
    /** One whose properties do not change. */
    public Relationship {
        properties = Map.copyOf(properties);
    }
}
