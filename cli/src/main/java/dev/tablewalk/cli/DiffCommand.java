package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.DiffJson;
import dev.tablewalk.cli.report.DiffRows;
import dev.tablewalk.cli.report.DiffText;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.Sides;
import dev.tablewalk.graph.GraphNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two checkpoints. */
@Command(
        name = "diff",
        description = {
            "Tell what changed between two checkpoints: tasks, address spaces, VMAs, page tables,"
                    + " and every page, in ranges.",
            "Tasks are matched by pid and start time, VMAs by address space and start, tables by"
                    + " root, level and address. Where both were ingested with --hash, pages that"
                    + " were written are told too.",
            "Ends with 1 if anything differs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk diff before after",
            "  tablewalk diff before after --format ndjson | jq 'select(.change == \"moved\")'",
            "  tablewalk diff before after --as changes --checks",
            "  tablewalk query changes 'MATCH (t:Task:Added) RETURN t.pid, t.comm'"
        })
final class DiffCommand extends Verb {
    private static final int FOR_PEOPLE = 10;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "The earlier checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "The later checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String after;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description =
                    "Also keep both sides as one checkpoint, in which all that differs is marked.")
    private @Nullable String name;

    @Option(
            names = "--checks",
            description =
                    "Also hold both sides against all built-in constraints, and tell which pass on"
                            + " one side only.")
    private boolean checks;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description =
                    "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}, a summary for people, if not"
                            + " given; the others tell all.")
    private RowFormat format = RowFormat.TABLE;

    /** How much a summary lists. */
    static final class Listed {
        @Option(
                names = "--list",
                paramLabel = "N",
                description = "List the N largest of each kind; " + FOR_PEOPLE + " if not given.")
        private int first = FOR_PEOPLE;

        @Option(names = "--all", description = "List all.")
        private boolean all;

        int limit() {
            return all ? Integer.MAX_VALUE : Math.max(0, first);
        }
    }

    @ArgGroup private Listed listed = new Listed();

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        home().info(before);
        home().info(after);
        if (name != null) {
            home().requireFree(name);
        }
        Difference difference;
        List<GraphNode.Check> compared;
        try (ConsoleProgress progress = reporting.begin(this)) {
            Sides sides = Sides.read(home(), before, after, checks, progress);
            compared = sides.checks();
            Diff diff = Diff.of(sides.before(), sides.after(), progress);
            difference = diff.difference();
            if (name != null) {
                home().load(name, diff.graph(name, compared), progress);
            }
        }
        print(difference, compared);
        boolean found = !difference.isNone() || compared.stream().anyMatch(DiffCommand::differs);
        return found ? ExitCode.FOUND : ExitCode.DONE;
    }

    private static boolean differs(GraphNode.Check check) {
        return !check.before().equals(check.after()) || check.rowsBefore() != check.rowsAfter();
    }

    private void print(Difference difference, List<GraphNode.Check> compared) {
        switch (format) {
            case TABLE -> DiffText.print(difference, compared, listed.limit(), out(), terminal());
            case JSON -> DiffJson.print(difference, compared, out(), terminal());
            case NDJSON, CSV -> {
                try (RowWriter rows = format.write(DiffRows.COLUMNS, out(), terminal())) {
                    DiffRows.each(difference, rows::row);
                }
            }
        }
    }
}
