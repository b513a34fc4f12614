package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
    private static final String WALK =
            "CALL tw.walk($pid, $va)"
                    + " YIELD step, level, table_pa, index, descriptor, kind, pa, attributes"
                    + " RETURN step, level, table_pa, index, descriptor, kind, pa, attributes"
                    + " ORDER BY step";

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
        List<List<@Nullable Object>> steps = new ArrayList<>();
        List<String> columns;
        long pageSize;
        try (ConsoleProgress progress = reporting.begin(err(), terminal())) {
            progress.stage("open", 0);
            try (Checkpoint checkpoint = home().open(name)) {
                progress.stage("walk", 0);
                pageSize =
                        checkpoint.info().properties().get("page_size") instanceof Long size
                                ? size
                                : 4096;
                try (Rows rows = checkpoint.query(WALK, Map.of("pid", (long) pid, "va", address))) {
                    columns = rows.columns();
                    rows.forEachRemaining(steps::add);
                }
                progress.stage("close", 0);
            }
        }
        if (format == ReportFormat.JSON) {
            try (RowWriter rows = RowFormat.JSON.write(columns, out(), terminal())) {
                steps.forEach(rows::row);
            }
        } else {
            WalkReport.print(
                    address,
                    pageSize,
                    steps.stream().map(WalkReport.Step::of).toList(),
                    out(),
                    terminal());
        }
        return ExitCode.DONE;
    }
}
