package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.cli.report.Moments;
import dev.tablewalk.cypher.CheckpointInfo;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the checkpoints of the store home, without opening any. */
@Command(
        name = "list",
        description = "List the checkpoints.",
        footerHeading = "%nExamples:%n",
        footer = {"  tablewalk list", "  tablewalk list --home /var/lib/tablewalk --format json"})
final class ListCommand extends Verb {
    private static final List<String> COLUMNS =
            List.of(
                    "name",
                    "guest",
                    "captured",
                    "kernel",
                    "arch",
                    "created",
                    "size",
                    "tasks",
                    "tables",
                    "anomalies");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private RowFormat format = RowFormat.TABLE;

    @Override
    public Integer call() {
        List<CheckpointInfo> checkpoints = home().list();
        try (RowWriter rows = format.write(COLUMNS, out(), terminal())) {
            checkpoints.forEach(checkpoint -> rows.row(row(checkpoint)));
        }
        return ExitCode.DONE;
    }

    private List<Object> row(CheckpointInfo checkpoint) {
        Object damaged = checkpoint.properties().get("damaged");
        return Arrays.asList(
                checkpoint.name(),
                checkpoint.properties().getOrDefault("guest", ""),
                Moments.captured(checkpoint.properties()),
                damaged != null
                        ? "damaged: " + damaged
                        : checkpoint.properties().getOrDefault("kernel_release", ""),
                checkpoint.properties().getOrDefault("arch", ""),
                checkpoint.created().toString(),
                format == RowFormat.TABLE
                        ? Quantity.bytes(checkpoint.sizeBytes())
                        : (Object) checkpoint.sizeBytes(),
                checkpoint.nodes().getOrDefault("Task", 0L),
                checkpoint.nodes().getOrDefault("PageTable", 0L),
                checkpoint.nodes().getOrDefault("Anomaly", 0L));
    }
}
