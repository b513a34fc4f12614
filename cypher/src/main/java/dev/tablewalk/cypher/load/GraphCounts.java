package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.RelationshipType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** How many nodes and relationships were loaded. Counted by several threads at once. */
public final class GraphCounts {
    private final Map<NodeLabel, LongAdder> nodes = zeros(NodeLabel.class);
    private final Map<RelationshipType, LongAdder> relationships = zeros(RelationshipType.class);

    GraphCounts() {}

    private static <K extends Enum<K>> Map<K, LongAdder> zeros(Class<K> keys) {
        Map<K, LongAdder> all = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            all.put(key, new LongAdder());
        }
        return all;
    }

    void count(NodeLabel label) {
        Objects.requireNonNull(nodes.get(label)).increment();
    }

    void count(RelationshipType type) {
        Objects.requireNonNull(relationships.get(type)).increment();
    }

    /** By label; a node with two labels counts for both. */
    public Map<String, Long> nodes() {
        return byName(nodes, NodeLabel::text);
    }

    /** By type. */
    public Map<String, Long> relationships() {
        return byName(relationships, RelationshipType::name);
    }

    private static <K> Map<String, Long> byName(
            Map<K, LongAdder> counts, Function<K, String> nameOf) {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach(
                (key, count) -> {
                    if (count.sum() > 0) {
                        named.put(nameOf.apply(key), count.sum());
                    }
                });
        return named;
    }
}
