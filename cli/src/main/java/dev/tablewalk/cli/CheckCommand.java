package dev.tablewalk.cli;

import dev.tablewalk.cli.input.BaselineOptions;
import dev.tablewalk.cli.input.Constraints;
import dev.tablewalk.cli.input.HeldBaseline;
import dev.tablewalk.cli.input.QueryParameters;
import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.CheckFormat;
import dev.tablewalk.cli.report.CheckJson;
import dev.tablewalk.cli.report.CheckJunit;
import dev.tablewalk.cli.report.CheckPage;
import dev.tablewalk.cli.report.CheckReport;
import dev.tablewalk.cli.report.CheckSarif;
import dev.tablewalk.cli.report.CheckTable;
import dev.tablewalk.cli.report.FailOn;
import dev.tablewalk.cli.report.PageFacts;
import dev.tablewalk.cli.report.PageFile;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds a checkpoint against constraints. */
@Command(
        name = "check",
        description = {
            "Hold a checkpoint against the constraints among the saved queries: all, or those"
                    + " named. Each row that one finds is a violation.",
            "Ends with 1 if violations were found, with 2 if a constraint of your own could not be"
                    + " asked to its end, with 4 if a built-in one could not."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk check before",
            "  tablewalk check before overlapping_vmas --rows 100",
            "  tablewalk check before --fail-on major --format sarif > before.sarif",
            "  tablewalk check before --report before.html",
            "  tablewalk check before --queries my-queries --format junit > TEST-before.xml",
            "  tablewalk check before user_writable_executable --baseline accepted.txt"
                + " --update-baseline --reason 'java compiles just in time' --expires 2027-06-30",
            "  tablewalk check after --baseline accepted.txt"
        })
final class CheckCommand extends Verb {
    private static final int ROWS_FOR_PEOPLE = 10;
    private static final int ROWS_FOR_PROGRAMS = 1000;
    private static final int ROWS_ON_A_PAGE = 200;
    private static final int MOST_ROWS = 100_000;

    @Parameters(index = "0", paramLabel = "NAME", description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "ID",
            completionCandidates = SavedQueries.Ids.class,
            description = "The constraints; all if none is given.")
    private List<String> ids = List.of();

    @Mixin private SavedQueries queries = new SavedQueries();

    @Option(
            names = {"-p", "--param"},
            paramLabel = "KEY=VALUE",
            description = "The value of $KEY in the constraints that have it. Repeat for each.")
    private List<String> parameters = List.of();

    @Mixin private BaselineOptions baseline = new BaselineOptions();

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "info",
            description =
                    "End with 1 if a violation is at least that bad: ${COMPLETION-CANDIDATES};"
                            + " ${DEFAULT-VALUE} if not given.")
    private FailOn failOn = FailOn.INFO;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description =
                    "Show the first N violations of each constraint; "
                            + ROWS_FOR_PEOPLE
                            + " if not given, and "
                            + ROWS_FOR_PROGRAMS
                            + " in formats for programs. All are counted.")
    private @Nullable Integer rows;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private CheckFormat format = CheckFormat.TABLE;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Also write a page for a browser, with up to "
                            + ROWS_ON_A_PAGE
                            + " violations of each constraint and a picture of physical memory.")
    private @Nullable Path page;

    @Option(names = "--force", description = "The page may take the place of another file.")
    private boolean force;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        QueryLibrary library = queries.library(home());
        List<SavedQuery> constraints = Constraints.of(library, home().info(name), ids);
        Map<String, String> given = QueryParameters.split(parameters);
        SavedQueries.requireKnown(given, constraints);
        int shown = rows();
        HeldBaseline held = baseline.read(library);
        PageFile file = page == null ? null : new PageFile(page, force);
        if (file != null) {
            file.requireFree();
        }
        CheckReport report;
        try (ConsoleProgress progress = reporting.begin(this)) {
            progress.stage("open", 0);
            try (Checkpoint checkpoint = home().open(name)) {
                int keep = file == null ? shown : Math.max(shown, ROWS_ON_A_PAGE);
                report = ask(checkpoint, constraints, given, held, keep, progress);
                if (file != null) {
                    file.write(CheckPage.of(report, PageFacts.read(checkpoint, progress)));
                }
                progress.stage("close", 0);
            }
        }
        String updated = held == null ? null : held.update(report.outcomes());
        print(report.first(shown));
        if (updated != null) {
            err().println(Printable.of(updated));
            err().flush();
        }
        return exitCode(report);
    }

    private CheckReport ask(
            Checkpoint checkpoint,
            List<SavedQuery> constraints,
            Map<String, String> given,
            @Nullable HeldBaseline held,
            int keep,
            ConsoleProgress progress) {
        CheckRun run =
                held == null
                        ? new CheckRun(checkpoint, given, keep, progress)
                        : new CheckRun(checkpoint, given, keep, progress, held.acceptances());
        List<Outcome> outcomes = run.outcomes(constraints);
        return new CheckReport(
                checkpoint.info(),
                outcomes,
                held == null
                        ? null
                        : new CheckReport.Baselined(held.file().toString(), held.stale(outcomes)),
                failOn,
                Version.text(),
                query -> command(query, given));
    }

    private int rows() {
        if (rows == null) {
            return format == CheckFormat.TABLE ? ROWS_FOR_PEOPLE : ROWS_FOR_PROGRAMS;
        }
        if (rows < 0 || rows > MOST_ROWS) {
            throw UserError.input(
                    "--rows takes 0 to "
                            + MOST_ROWS
                            + "; tablewalk query --saved prints any number of them");
        }
        return rows;
    }

    /** What prints all rows of a query, in a shell, from the same folder. */
    private String command(SavedQuery query, Map<String, String> given) {
        ShellLine line = new ShellLine("tablewalk", "query", name, "--saved", query.id());
        if (!query.isBuiltIn()) {
            queries.folders().forEach(folder -> line.add("--queries", folder.toString()));
        }
        for (SavedQuery.Parameter parameter : query.parameters()) {
            String value = given.get(parameter.name());
            if (value != null) {
                line.add("-p", parameter.name() + "=" + value);
            }
        }
        if (root().statedHome() != null) {
            line.add("--home", root().statedHome().toString());
        }
        return line.toString();
    }

    private void print(CheckReport report) {
        switch (format) {
            case TABLE -> CheckTable.print(report, out(), terminal());
            case JSON -> new JsonText(out(), terminal()).pretty(CheckJson.of(report));
            case SARIF -> new JsonText(out(), terminal()).pretty(CheckSarif.of(report));
            case JUNIT -> CheckJunit.print(report, out());
        }
    }

    /** A check that is not whole says so before it says what it found. */
    private static int exitCode(CheckReport report) {
        List<SavedQuery> notAsked =
                report.outcomes().stream()
                        .filter(outcome -> outcome.state() == Outcome.State.ERROR)
                        .map(Outcome::query)
                        .toList();
        if (notAsked.stream().anyMatch(SavedQuery::isBuiltIn)) {
            return ExitCode.INTERNAL;
        }
        if (!notAsked.isEmpty()) {
            return ExitCode.INPUT;
        }
        return report.isFailed() ? ExitCode.FOUND : ExitCode.DONE;
    }
}
