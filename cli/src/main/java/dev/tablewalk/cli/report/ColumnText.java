package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.CypherText;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.cypher.saved.ColumnType;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.graph.Hex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of a saved query's columns, as people read them. */
public final class ColumnText {
    private ColumnText() {}

    /** A value by its column's type; as it is where that has no form of its own. */
    public static @Nullable Object of(ColumnType type, @Nullable Object value) {
        return switch (type) {
            case HEX -> hex(value);
            case HEXES ->
                    value instanceof List<?> list
                            ? list.stream()
                                    .map(element -> CypherText.cell(hex(element)))
                                    .collect(Collectors.joining(", "))
                            : value;
            case BYTES -> value instanceof Long bytes && bytes >= 0 ? Quantity.bytes(bytes) : value;
            case PERCENT ->
                    value instanceof Number number
                            ? String.format(Locale.ROOT, "%.1f %%", number.doubleValue())
                            : value;
            case INTEGER, PAGES, FLOAT, TEXT, BOOLEAN, LIST, MAP -> value;
        };
    }

    /** A row by its columns' types. */
    public static List<@Nullable Object> row(
            List<Column> columns, List<? extends @Nullable Object> values) {
        List<@Nullable Object> row = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            row.add(i < columns.size() ? of(columns.get(i).type(), values.get(i)) : values.get(i));
        }
        return row;
    }

    /** A value on a line of its own, with nothing in it that a terminal obeys. */
    public static String cell(Column column, @Nullable Object value) {
        return CypherText.cell(of(column.type(), value));
    }

    /** A row on one line, such as {@code pid 1, comm init}. */
    public static String line(List<Column> columns, List<? extends @Nullable Object> values) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            words.add(columns.get(i).name() + " " + cell(columns.get(i), values.get(i)));
        }
        return String.join(", ", words);
    }

    private static @Nullable Object hex(@Nullable Object value) {
        return value instanceof Long number ? Hex.of(number) : value;
    }
}
