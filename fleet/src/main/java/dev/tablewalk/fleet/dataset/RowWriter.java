package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.PropertySink;
import java.io.IOException;

/** Takes the rows of a table, value by value, without a list for each. */
public interface RowWriter extends PropertySink {
    /** Ends the present row. */
    void end() throws IOException;
}
