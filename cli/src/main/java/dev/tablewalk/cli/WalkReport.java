package dev.tablewalk.cli;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.graph.Hex;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A walk for people: a line a level, and where it ends. */
final class WalkReport {
    private static final List<String> ADDRESSES = List.of("table_pa", "descriptor", "pa");

    private WalkReport() {}

    static void print(
            long va,
            List<String> columns,
            List<List<@Nullable Object>> steps,
            PrintWriter out,
            Terminal terminal) {
        out.println("va " + Hex.of(va));
        try (RowWriter rows = RowFormat.TABLE.write(columns, out, terminal)) {
            for (List<@Nullable Object> step : steps) {
                List<String> cells = new ArrayList<>();
                for (int i = 0; i < columns.size(); i++) {
                    cells.add(cell(columns.get(i), step.get(i)));
                }
                rows.row(cells);
            }
        }
    }

    private static String cell(String column, @Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Long number -> ADDRESSES.contains(column) ? Hex.of(number) : number.toString();
            case List<?> list ->
                    list.stream().map(String::valueOf).collect(Collectors.joining(", "));
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .filter(entry -> !Objects.equals(entry.getValue(), false))
                            .map(
                                    entry ->
                                            Objects.equals(entry.getValue(), true)
                                                    ? String.valueOf(entry.getKey())
                                                    : entry.getKey() + " " + entry.getValue())
                            .collect(Collectors.joining(", "));
            default -> Printable.of(value.toString());
        };
    }
}
