package dev.tablewalk.cypher;

import dev.tablewalk.graph.UserError;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

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
    private static final String COUNT = "count_";

    public CheckpointInfo {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
        relationships = Collections.unmodifiableMap(new LinkedHashMap<>(relationships));
    }

    /** What its guest was counted to have ({@code count_*}), by what is counted. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        properties.forEach(
                (key, value) -> {
                    if (key.startsWith(COUNT) && value instanceof Long count) {
                        counts.put(key.substring(COUNT.length()), count);
                    }
                });
        return counts;
    }

    /** Whether it holds both sides of a diff, and not one moment of a guest. */
    public boolean isDiff() {
        return properties.containsKey("diff_before");
    }

    /**
     * Asks whether it holds one moment.
     *
     * @param what cannot be done with a diff, such as {@code compared}
     * @throws UserError if it is a diff
     */
    public void requireOneMoment(String what) {
        if (isDiff()) {
            throw UserError.input(
                    name
                            + " is a diff, which holds two moments and cannot be "
                            + what
                            + ": take "
                            + properties.get("diff_before")
                            + " or "
                            + properties.get("diff_after"));
        }
    }
}
