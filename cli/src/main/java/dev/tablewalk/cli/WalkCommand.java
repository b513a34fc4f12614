package dev.tablewalk.cli;

import dev.tablewalk.cli.input.Addresses;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.Walk;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how a virtual address is translated, level by level. */
@Command(
        name = "walk",
        description = {
            "Translate a virtual address as the guest's MMU does, level by level.",
            "An address of the kernel's half is walked from the kernel's root."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk walk before --pid 1 0xaaaab0c81000",
            "  tablewalk walk before --pid 1 0xffff800008000000 --format json"
        })
final class WalkCommand extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Parameters(
            index = "1",
            paramLabel = "VA",
            description = "The virtual address, in hexadecimal or decimal.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String va;

    @Option(
            names = {"--pid", "--tid"},
            paramLabel = "PID",
            required = true,
            description = "The process, or any of its threads.")
    private int pid;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private ReportFormat format = ReportFormat.TABLE;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        long address = Addresses.parse(va);
        Walk walk;
        try (ConsoleProgress progress = reporting.begin(this)) {
            progress.stage("open", 0);
            try (Checkpoint checkpoint = home().open(name)) {
                progress.stage("walk", 0);
                walk = Walk.ask(checkpoint, pid, address, new QueryStop());
                progress.stage("close", 0);
            }
        }
        if (format == ReportFormat.JSON) {
            try (RowWriter rows = RowFormat.JSON.write(walk.columns(), out(), terminal())) {
                walk.steps().forEach(rows::row);
            }
        } else {
            walk.print(out(), terminal());
        }
        return ExitCode.DONE;
    }
}
