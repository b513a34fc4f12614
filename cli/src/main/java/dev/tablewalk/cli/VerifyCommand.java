package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.verify.Report;
import dev.tablewalk.cypher.verify.Verification;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a checkpoint with what the guest said of itself. */
@Command(
        name = "verify",
        description = {
            "Compare a checkpoint with what the guest said of itself: its tasks, VMAs and pages,"
                    + " as the program truth, run in the guest when the image was taken, wrote"
                    + " them down.",
            "Ends with 1 if anything differs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk verify before --truth before.truth",
            "  tablewalk verify before --truth before.truth --all --format json"
        })
final class VerifyCommand extends Verb {
    @Parameters(paramLabel = "NAME", description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            required = true,
            description = "What truth printed in the guest.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path truth;

    /** How many differences are listed. */
    static final class Listed {
        @Option(
                names = "--list",
                paramLabel = "N",
                description = "List the first N differences of each kind; 10 if not given.")
        private int first = 10;

        @Option(names = "--all", description = "List every difference.")
        private boolean all;

        int limit() {
            return all ? Integer.MAX_VALUE : Math.max(0, first);
        }
    }

    @ArgGroup private Listed listed = new Listed();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private ReportFormat format = ReportFormat.TABLE;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        home().info(name).requireOneMoment("verified"); // before a truth is read in vain
        Report report;
        try (ConsoleProgress progress = reporting.begin(this)) {
            Verification verification = Verification.of(truth, progress);
            progress.stage("open", 0);
            try (Checkpoint checkpoint = home().open(name)) {
                report = verification.compare(checkpoint, listed.limit(), progress);
                progress.stage("close", 0);
            }
        }
        switch (format) {
            case TABLE -> VerifyReport.print(report, out(), terminal());
            case JSON ->
                    new JsonText(out(), terminal()).pretty(VerifyReport.json(report, name, truth));
        }
        return report.exact() ? ExitCode.DONE : ExitCode.FOUND;
    }
}
