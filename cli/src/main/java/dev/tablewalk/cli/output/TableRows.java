package dev.tablewalk.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aligned columns for people. The first rows decide how wide a column is; then rows are printed as
 * they come. On a terminal the widest columns give way until a row fits a line, and what does not
 * fit ends in {@code …}; elsewhere nothing is cut.
 */
final class TableRows implements RowWriter {
    /** Rows that are held back to measure. */
    private static final int MEASURED = 500;

    private static final String GAP = "  ";

    private final List<String> columns;
    private final PrintWriter out;
    private final Terminal terminal;
    private final List<List<? extends @Nullable Object>> held = new ArrayList<>();
    private int @Nullable [] widths;
    private final boolean[] numeric;

    TableRows(List<String> columns, PrintWriter out, Terminal terminal) {
        this.columns = columns;
        this.out = out;
        this.terminal = terminal;
        this.numeric = new boolean[columns.size()];
    }

    @Override
    public void row(List<? extends @Nullable Object> values) {
        if (widths != null) {
            print(values, widths);
        } else {
            // A copy that may hold nulls: the caller may use its list again.
            held.add(new ArrayList<>(values));
            if (held.size() == MEASURED) {
                begin();
            }
        }
    }

    @Override
    public void close() {
        if (widths == null) {
            begin();
        }
        out.flush();
    }

    private void begin() {
        int[] chosen = measure();
        if (terminal.stdout()) {
            fit(chosen, terminal.columns());
        }
        widths = chosen;
        print(columns, chosen);
        print(Arrays.stream(chosen).mapToObj("-"::repeat).toList(), chosen);
        held.forEach(row -> print(row, chosen));
        held.clear();
    }

    private int[] measure() {
        int[] measured = new int[columns.size()];
        for (int i = 0; i < measured.length; i++) {
            measured[i] = length(CypherText.cell(columns.get(i)));
            numeric[i] = !held.isEmpty();
            for (List<? extends @Nullable Object> row : held) {
                Object value = row.get(i);
                measured[i] = Math.max(measured[i], length(CypherText.cell(value)));
                numeric[i] &= value == null || value instanceof Number;
            }
        }
        return measured;
    }

    /** Takes from the widest column until all fit; a column keeps at least one character. */
    private static void fit(int[] widths, int columns) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.min(widths[i], columns);
        }
        int excess = width(widths) - columns;
        for (; excess > 0; excess--) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] == 1) {
                return;
            }
            widths[widest]--;
        }
    }

    private static int width(int[] widths) {
        return Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1);
    }

    private void print(List<? extends @Nullable Object> values, int[] chosen) {
        StringBuilder line = new StringBuilder();
        int room = terminal.columns() - width(chosen);
        for (int i = 0; i < chosen.length; i++) {
            // What came after the measuring is cut only if the line is too short for it.
            String cell = cut(CypherText.cell(values.get(i)), chosen[i] + Math.max(0, room));
            room -= Math.max(0, length(cell) - chosen[i]);
            String pad = " ".repeat(Math.max(0, chosen[i] - length(cell)));
            line.append(i == 0 ? "" : GAP);
            line.append(numeric[i] ? pad + cell : cell + pad);
        }
        out.println(line.toString().stripTrailing());
    }

    private String cut(String cell, int width) {
        if (!terminal.stdout() || length(cell) <= width) {
            return cell;
        }
        return cell.substring(0, cell.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
