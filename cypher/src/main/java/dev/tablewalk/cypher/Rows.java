package dev.tablewalk.cypher;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query's answer, made as they are asked for. {@link #next} and {@link #hasNext} may
 * throw {@link dev.tablewalk.graph.UserError} where the query fails as it runs.
 *
 * <p>A value is null, {@code Boolean}, {@code Long}, {@code Double}, {@code String}, a {@code List}
 * or a {@code Map} from text to values, a {@link NodeValue}, {@link RelationshipValue} or {@link
 * PathValue}; times and places are text as Cypher prints them.
 */
public interface Rows extends AutoCloseable, Iterator<List<@Nullable Object>> {
    /** Names of the columns, in the query's order. */
    List<String> columns();

    /** Ends the query; rows not yet read are lost. */
    @Override
    void close();
}
