package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.graph.Hex;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A walk for people: a line a level, then where it ends. */
final class WalkReport {
    /**
     * One row of {@code tw.walk}.
     *
     * @param kind {@code table}, {@code leaf}, {@code swap}, {@code mark} or {@code empty}
     * @param pa of the table that a table entry points to, or that the address is translated to
     */
    record Step(
            String level,
            long tablePa,
            long index,
            @Nullable String descriptor,
            String kind,
            @Nullable Long pa,
            Map<?, ?> attributes) {
        /** From a row whose columns are in the order of {@link Walk}'s question. */
        static Step of(List<@Nullable Object> row) {
            return new Step(
                    String.valueOf(row.get(1)),
                    row.get(2) instanceof Long pa ? pa : 0,
                    row.get(3) instanceof Long index ? index : 0,
                    row.get(4) instanceof String text ? text : null,
                    String.valueOf(row.get(5)),
                    row.get(6) instanceof Long pa ? pa : null,
                    row.get(7) instanceof Map<?, ?> map ? map : Map.of());
        }

        String text(String key) {
            return attributes.get(key) instanceof String text ? text : "";
        }

        long attribute(String key) {
            return attributes.get(key) instanceof Long number ? number : 0;
        }
    }

    private WalkReport() {}

    /**
     * Prints a walk.
     *
     * @param pageSize of the guest, in bytes
     */
    static void print(
            long va, long pageSize, List<Step> steps, PrintWriter out, Terminal terminal) {
        try (RowWriter rows =
                RowFormat.TABLE.write(
                        List.of("level", "table pa", "index", "descriptor", "leads to"),
                        out,
                        terminal)) {
            for (Step step : steps) {
                rows.row(
                        List.of(
                                step.level(),
                                Hex.of(step.tablePa()),
                                step.index(),
                                step.descriptor() == null ? "" : step.descriptor(),
                                target(step, pageSize)));
            }
        }
        out.println();
        out.println("va " + Hex.of(va) + (steps.isEmpty() ? "" : end(steps.getLast(), pageSize)));
        out.flush();
    }

    private static String target(Step step, long pageSize) {
        long pa = step.pa() == null ? 0 : step.pa();
        return switch (step.kind()) {
            case "table" -> with("table at " + Hex.of(pa), step);
            case "leaf" -> {
                long size = step.attribute("size");
                String what =
                        size == pageSize
                                ? "page"
                                : Quantity.bytes(size).replace(".0", "") + " block";
                yield with(what + " at " + Hex.of(pa - Math.floorMod(pa, Math.max(size, 1))), step);
            }
            case "swap" -> "swap";
            case "mark" -> "mark";
            case "empty" -> "nothing";
            default -> Printable.of(step.kind());
        };
    }

    private static String end(Step last, long pageSize) {
        long pa = last.pa() == null ? 0 : last.pa();
        return switch (last.kind()) {
            case "leaf" ->
                    " is pa "
                            + Hex.of(pa)
                            + ", pfn "
                            + Hex.of(pa / pageSize)
                            + " + "
                            + Hex.of(pa % pageSize);
            case "swap" ->
                    " is swapped out: swap type "
                            + last.attribute("type")
                            + ", slot "
                            + Hex.of(last.attribute("offset"));
            case "mark" ->
                    " is not mapped: the entry is of the form of swap, but stands for "
                            + Printable.of(last.text("kind"))
                            + " (type "
                            + last.attribute("type")
                            + ", "
                            + Hex.of(last.attribute("offset"))
                            + ")";
            case "empty" -> " is not mapped: the " + last.level() + " entry is empty";
            default -> " ends in a table that is not in the graph";
        };
    }

    private static String with(String what, Step step) {
        List<String> words = new ArrayList<>();
        words.add(what);
        new TreeMap<>(step.attributes())
                .forEach(
                        (key, value) -> {
                            switch (key + "=" + value) {
                                case "valid=false" ->
                                        words.add("not valid (PROT_NONE or NUMA hint)");
                                case "writable=false" -> words.add("read_only");
                                case "valid=true", "present=true" -> {}
                                default -> attribute(words, String.valueOf(key), value);
                            }
                        });
        return String.join(", ", words);
    }

    private static void attribute(List<String> words, String key, @Nullable Object value) {
        switch (value) {
            case Boolean truth -> {
                if (truth) {
                    words.add(key);
                }
            }
            case String text -> words.add(Printable.of(text) + " " + key);
            case null, default -> {}
        }
    }
}
