package dev.tablewalk.fleet.dataset;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a table. */
@FunctionalInterface
public interface RowSink {
    /**
     * One row.
     *
     * @param values in the order of the table's columns; null where there is none
     */
    void row(@Nullable Object... values) throws IOException;
}
