package dev.tablewalk.fleet.engine;

import java.util.Map;

/** Answers questions to one data set. */
public interface Engine extends AutoCloseable {
    /**
     * Asks a question. The answer to the one before must have been closed.
     *
     * @param parameters columns of the one row of the view that questions have them from: {@code
     *     Long}, {@code Boolean} or {@code String}, by their names
     * @throws dev.tablewalk.graph.UserError if the question is not valid
     */
    SqlRows query(String sql, Map<String, Object> parameters);

    @Override
    void close();
}
