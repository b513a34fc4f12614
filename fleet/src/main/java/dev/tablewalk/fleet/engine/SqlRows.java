package dev.tablewalk.fleet.engine;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an answer, made as they are asked for. A value is null, {@code Boolean}, {@code
 * Long}, {@code Double}, {@code String} or a {@code List} of such; {@link #next} and {@link
 * #hasNext} may throw {@link dev.tablewalk.graph.UserError} where the question fails as it runs.
 */
public interface SqlRows extends Iterator<List<@Nullable Object>>, AutoCloseable {
    /** Names of the columns, in the question's order. */
    List<String> columns();

    /** Ends the question. */
    @Override
    void close();
}
