package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Moments of a series: as rows for programs, and as lines for people. */
public final class MomentRows {
    /** The columns of {@link #shortRow}. */
    public static final List<String> SHORT =
            List.of(
                    "name",
                    "captured",
                    "still",
                    "took",
                    "tasks",
                    "anomalies",
                    "violations",
                    "came",
                    "went",
                    "changes",
                    "whole");

    private static final double MILLIS = 1000.0;

    private MomentRows() {}

    /** The columns of {@link #row}, and one more. */
    public static List<String> columns(String more) {
        return List.of(
                "number",
                "name",
                "captured",
                "kernel",
                "standstill_ms",
                "capture_s",
                "ingest_s",
                "check_s",
                "diff_s",
                "tasks",
                "anomalies",
                "violations",
                "came",
                "went",
                "checkpoint_bytes",
                "changes_bytes",
                more);
    }

    /**
     * A moment as a row.
     *
     * @param before the one before it, if there is one
     * @param more the value of the last column
     */
    public static List<Object> row(
            Series series, Moment moment, @Nullable Moment before, Object more) {
        Moment.Times times = moment.times();
        return List.of(
                moment.number(),
                series.name(moment.number()),
                moment.captured().truncatedTo(ChronoUnit.MILLIS).toString(),
                moment.kernel(),
                times.standstill(),
                times.capture() / MILLIS,
                times.ingest() / MILLIS,
                times.check() / MILLIS,
                times.diff() / MILLIS,
                moment.nodes().getOrDefault("Task", 0L),
                moment.anomalies(),
                moment.violations(),
                moment.came(before),
                moment.went(before),
                moment.checkpointBytes(),
                moment.changesBytes(),
                more);
    }

    /** A moment as a row for people. */
    public static List<Object> shortRow(Series series, Moment moment, @Nullable Moment before) {
        Moment.Times times = moment.times();
        long took = times.capture() + times.ingest() + times.check() + times.diff();
        return List.of(
                series.name(moment.number()),
                moment.captured().truncatedTo(ChronoUnit.SECONDS).toString(),
                String.format(Locale.ROOT, "%.1f ms", times.standstill()),
                String.format(Locale.ROOT, "%.1f s", took / MILLIS),
                moment.nodes().getOrDefault("Task", 0L),
                sum(moment.anomalies()),
                sum(moment.violations()),
                text(moment.came(before)),
                text(moment.went(before)),
                Quantity.bytes(moment.changesBytes()),
                series.isWhole(moment));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String text(Map<String, Long> rows) {
        return rows.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    /**
     * A moment that was just taken, on one line.
     *
     * @param added bytes that the disk has less
     */
    public static String line(Series series, Moment moment, @Nullable Moment before, long added) {
        Moment.Times times = moment.times();
        StringBuilder line = new StringBuilder();
        line.append(
                String.format(
                        Locale.ROOT,
                        "%s  %tT  stood still %.1f ms; capture %.1f, ingest %.1f, check %.1f, diff"
                                + " %.1f s; disk %s%s",
                        series.name(moment.number()),
                        LocalTime.ofInstant(moment.captured(), ZoneId.systemDefault()),
                        times.standstill(),
                        times.capture() / MILLIS,
                        times.ingest() / MILLIS,
                        times.check() / MILLIS,
                        times.diff() / MILLIS,
                        added < 0 ? "-" : "+",
                        Quantity.bytes(Math.abs(added))));
        List<String> changes = new ArrayList<>();
        add(changes, "came", moment.came(before));
        add(changes, "went", moment.went(before));
        if (!moment.unanswered().isEmpty()) {
            changes.add("not asked: " + String.join(", ", moment.unanswered()));
        }
        line.append("; ")
                .append(changes.isEmpty() ? "violations as before" : String.join("; ", changes));
        return Printable.of(line.toString());
    }

    private static void add(List<String> changes, String what, Map<String, Long> rows) {
        if (!rows.isEmpty()) {
            changes.add(what + ": " + text(rows));
        }
    }
}
