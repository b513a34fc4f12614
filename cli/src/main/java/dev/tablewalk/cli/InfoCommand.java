package dev.tablewalk.cli;

import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.Quantity;
import dev.tablewalk.cli.report.InfoJson;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.graph.Hex;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows all that is known of a checkpoint without opening its store. */
@Command(
        name = "info",
        description =
                "Show what a checkpoint is of, how its kernel was found, and how much is in it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk info before",
            "  tablewalk info before --format json | jq -r .properties.kernel_release"
        })
final class InfoCommand extends Verb {
    @Parameters(paramLabel = "NAME", description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private ReportFormat format = ReportFormat.TABLE;

    @Override
    public Integer call() {
        CheckpointInfo info = home().info(name);
        switch (format) {
            case TABLE -> printTable(info);
            case JSON -> new JsonText(out(), terminal()).pretty(InfoJson.of(info));
        }
        return ExitCode.DONE;
    }

    private void printTable(CheckpointInfo info) {
        try (RowWriter rows =
                RowFormat.TABLE.write(List.of("property", "value"), out(), terminal())) {
            rows.row(List.of("name", info.name()));
            rows.row(List.of("created", info.created().toString()));
            rows.row(List.of("size", Quantity.bytes(info.sizeBytes())));
            rows.row(List.of("schema version", info.schemaVersion()));
            info.properties()
                    .forEach(
                            (key, value) -> {
                                if (!key.equals("name")) {
                                    rows.row(List.of(key, shown(key, value)));
                                }
                            });
            info.nodes().forEach((label, n) -> rows.row(List.of(":" + label, n)));
            info.relationships().forEach((type, n) -> rows.row(List.of("[:" + type + "]", n)));
        }
    }

    private static Object shown(String key, Object value) {
        return key.equals("kaslr_offset") && value instanceof Long offset ? Hex.of(offset) : value;
    }
}
