package dev.tablewalk.cli.output;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes rows one by one. Values are those of {@link dev.tablewalk.cypher.Rows}. */
public interface RowWriter extends AutoCloseable {
    /** One row, as wide as there are columns. */
    void row(List<? extends @Nullable Object> values);

    /** Writes what is held back, and the end; does not close what is written to. */
    @Override
    void close();
}
