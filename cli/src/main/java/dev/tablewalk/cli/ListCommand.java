package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.cli.report.CheckpointRows;
import dev.tablewalk.cli.report.MomentRows;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the checkpoints of the store home, without opening any. */
@Command(
        name = "list",
        description =
                "List the checkpoints, and the series that were taken by watch; or the moments of"
                        + " one of these.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk list",
            "  tablewalk list --home /var/lib/tablewalk --format json",
            "  tablewalk list --series my-guest --format csv"
        })
final class ListCommand extends Verb {
    private static final List<String> SERIES =
            List.of("series", "moments", "whole", "first", "last", "size");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private RowFormat format = RowFormat.TABLE;

    @Option(
            names = "--series",
            paramLabel = "PREFIX",
            description =
                    "List the moments of a series instead, those included whose checkpoints were"
                            + " dropped.")
    private @Nullable String prefix;

    @Override
    public Integer call() {
        if (prefix != null) {
            moments(Series.existing(home(), prefix));
            return ExitCode.DONE;
        }
        List<CheckpointInfo> checkpoints = home().list();
        try (RowWriter rows = format.write(CheckpointRows.COLUMNS, out(), terminal())) {
            checkpoints.forEach(checkpoint -> rows.row(row(checkpoint)));
        }
        List<Series> all = format == RowFormat.TABLE ? Series.all(home()) : List.of();
        if (!all.isEmpty()) {
            out().println();
            try (RowWriter rows = format.write(SERIES, out(), terminal())) {
                all.forEach(series -> rows.row(row(series)));
            }
        }
        return ExitCode.DONE;
    }

    private void moments(Series series) {
        boolean people = format == RowFormat.TABLE;
        List<String> columns = people ? MomentRows.SHORT : MomentRows.columns("whole");
        try (RowWriter rows = format.write(columns, out(), terminal())) {
            Moment before = null;
            for (Moment moment : series.moments()) {
                rows.row(
                        people
                                ? MomentRows.shortRow(series, moment, before)
                                : MomentRows.row(series, moment, before, series.isWhole(moment)));
                before = moment;
            }
        }
    }

    private static List<Object> row(Series series) {
        List<Moment> moments = series.moments();
        return List.of(
                series.prefix(),
                (long) moments.size(),
                moments.stream().filter(series::isWhole).count(),
                moments.isEmpty() ? "" : time(moments.getFirst()),
                moments.isEmpty() ? "" : time(moments.getLast()),
                Quantity.bytes(series.bytes()));
    }

    private static String time(Moment moment) {
        return moment.captured().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private List<Object> row(CheckpointInfo checkpoint) {
        return CheckpointRows.row(
                checkpoint,
                format == RowFormat.TABLE
                        ? Quantity.bytes(checkpoint.sizeBytes())
                        : (Object) checkpoint.sizeBytes());
    }
}
