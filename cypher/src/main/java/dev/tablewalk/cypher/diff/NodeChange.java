package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.PropertyMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a node.
 *
 * @param node as it is, or was if it is no more
 * @param before properties that are others now, as they were; of a node on one side only, none
 * @param after the same, as they are
 */
public record NodeChange<T extends GraphNode>(
        Fate fate, T node, Map<String, Object> before, Map<String, Object> after) {
    /** What became of it; null if it is as it was. */
    static <T extends GraphNode> @Nullable NodeChange<T> of(@Nullable T before, @Nullable T after) {
        if (before == null || after == null) {
            T node = after != null ? after : java.util.Objects.requireNonNull(before);
            return new NodeChange<>(Fate.of(before, after), node, Map.of(), Map.of());
        }
        if (before.equals(after)) {
            return null;
        }
        PropertyMap.Differences differences =
                PropertyMap.Differences.of(
                        PropertyMap.of(before::describe), PropertyMap.of(after::describe));
        return differences.isNone()
                ? null
                : new NodeChange<>(Fate.CHANGED, after, differences.before(), differences.after());
    }
}
