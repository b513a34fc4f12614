package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.report.InfoReport;
import dev.tablewalk.cypher.CheckpointInfo;
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
            case TABLE -> InfoReport.print(info, out(), terminal());
            case JSON -> new JsonText(out(), terminal()).pretty(InfoReport.json(info));
        }
        return ExitCode.DONE;
    }
}
