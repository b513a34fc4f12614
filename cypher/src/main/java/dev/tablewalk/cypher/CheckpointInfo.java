package dev.tablewalk.cypher;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a checkpoint without opening its store.
 *
 * @param created when it was loaded
 * @param schemaVersion {@link dev.tablewalk.graph.GraphSchema#VERSION} of the tablewalk that loaded
 *     it, or 0 if its {@code checkpoint.json} cannot be read: then the property {@code damaged}
 *     says why, and the rest is empty
 * @param sizeBytes of its files when it was loaded
 * @param properties of its Checkpoint node, in the node's order: {@code Long}, {@code Boolean},
 *     {@code String} or a list of strings
 * @param nodes how many, by label; a node with two labels counts in both
 * @param relationships how many, by type
 */
public record CheckpointInfo(
        String name,
        Instant created,
        int schemaVersion,
        long sizeBytes,
        Map<String, Object> properties,
        Map<String, Long> nodes,
        Map<String, Long> relationships) {
    public CheckpointInfo {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
        relationships = Collections.unmodifiableMap(new LinkedHashMap<>(relationships));
    }
}
