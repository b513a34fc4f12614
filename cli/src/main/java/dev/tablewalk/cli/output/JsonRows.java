package dev.tablewalk.cli.output;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object a row, whose keys are the columns: in one array, or each on a line of its own. */
final class JsonRows implements RowWriter {
    private final List<String> columns;
    private final PrintWriter out;
    private final JsonText json;
    private final boolean array;
    private boolean first = true;

    JsonRows(List<String> columns, PrintWriter out, Terminal terminal, boolean array) {
        this.columns = columns;
        this.out = out;
        this.json = new JsonText(out, terminal);
        this.array = array;
        if (array) {
            out.print("[");
        }
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        if (array) {
            out.print(first ? "\n" : ",\n");
        }
        first = false;
        json.object(columns, values);
        if (!array) {
            out.println();
        }
    }

    @Override
    public void close() {
        if (array) {
            out.println(first ? "]" : "\n]");
        }
        out.flush();
    }
}
