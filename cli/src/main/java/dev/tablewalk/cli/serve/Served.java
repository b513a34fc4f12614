package dev.tablewalk.cli.serve;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the explorer shows.
 *
 * @param checkpoints open, and closed by whoever opened them
 * @param library the saved queries
 * @param queries the same, as the page has them
 * @param parameters reads the values of a question's parameters as they were typed
 * @param limit how long a question may take
 */
public record Served(
        List<Checkpoint> checkpoints,
        QueryLibrary library,
        List<Map<String, @Nullable Object>> queries,
        Parameters parameters,
        Duration limit) {
    /** Reads typed values. */
    public interface Parameters {
        /**
         * Values as Cypher takes them.
         *
         * @throws UserError if one cannot be read
         */
        Map<String, Object> parse(Map<String, String> typed);
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
