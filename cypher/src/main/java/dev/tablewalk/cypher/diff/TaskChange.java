package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import org.jspecify.annotations.Nullable;

/**
 * What became of a task.
 *
 * @param change of its properties
 * @param parentBefore pid of its parent; null if it is not known, or the task was not there
 * @param parentAfter likewise
 * @param reparented whether its parent is another task
 * @param executed whether it executed another program
 */
public record TaskChange(
        NodeChange<GraphNode.Task> change,
        @Nullable Integer parentBefore,
        @Nullable Integer parentAfter,
        boolean reparented,
        boolean executed) {
    /** As it is, or was if it is no more. */
    public GraphNode.Task task() {
        return change.node();
    }

    /** Whether it is called something else. */
    public boolean renamed() {
        return change.after().containsKey("comm") || change.after().containsKey("name");
    }
}
