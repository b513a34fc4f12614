package dev.tablewalk.cli.serve;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.List;

/**
 * What the explorer shows.
 *
 * @param checkpoints open, and closed by whoever opened them
 * @param library the saved queries
 * @param limit how long a question may take
 */
public record Served(List<Checkpoint> checkpoints, QueryLibrary library, Duration limit) {
    /** Whether Neo4j's own tools reach them. */
    boolean hasBolt() {
        return checkpoints.stream().allMatch(checkpoint -> checkpoint.boltPort() != 0);
    }

    /**
     * One of the checkpoints.
     *
     * @throws UserError if there is none of that name
     */
    Checkpoint checkpoint(String name) {
        return checkpoints.stream()
                .filter(checkpoint -> checkpoint.info().name().equals(name))
                .findFirst()
                .orElseThrow(() -> UserError.input("no checkpoint '" + name + "' is served here"));
    }
}
