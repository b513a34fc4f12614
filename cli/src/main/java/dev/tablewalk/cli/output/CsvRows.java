package dev.tablewalk.cli.output;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values by RFC 4180: a header, CRLF line ends, and quotes where a field needs
 * them. Null is an empty field, an empty text {@code ""}. Characters that the RFC has no place for
 * are escaped as {@link Printable} does, so that a record is a line.
 */
final class CsvRows implements RowWriter {
    private final PrintWriter out;

    CsvRows(List<String> columns, PrintWriter out) {
        this.out = out;
        row(columns);
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.print(',');
            }
            Object value = values.get(i);
            if (value != null) {
                out.print(field(CypherText.cell(value)));
            }
        }
        out.print("\r\n");
    }

    private static String field(String text) {
        boolean plain =
                !text.isEmpty() && text.chars().noneMatch(c -> c == '"' || c == ',' || c == ' ');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() {
        out.flush();
    }
}
