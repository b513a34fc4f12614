package dev.tablewalk.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The forms in which a command prints rows. */
public enum RowFormat {
    TABLE,
    JSON,
    NDJSON,
    CSV;

    /** Begins a result of these columns. */
    public RowWriter write(List<String> columns, PrintWriter out, Terminal terminal) {
        return switch (this) {
            case TABLE -> new TableRows(columns, out, terminal);
            case JSON -> new JsonRows(columns, out, terminal, true);
            case NDJSON -> new JsonRows(columns, out, terminal, false);
            case CSV -> new CsvRows(columns, out);
        };
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
