package dev.tablewalk.cli.mcp;

import dev.tablewalk.cli.input.Constraints;
import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.report.CheckJson;
import dev.tablewalk.cli.report.CheckReport;
import dev.tablewalk.cli.report.FailOn;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.Progress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Holds a checkpoint against constraints. */
final class CheckTool extends Tool {
    private static final int ROWS = 5;
    private static final int MOST_ROWS = 1000;

    private final OpenCheckpoints checkpoints;
    private final QueryLibrary library;
    private final String version;

    CheckTool(OpenCheckpoints checkpoints, QueryLibrary library, String version) {
        super(
                "check",
                "Check constraints",
                "Holds a checkpoint against constraints on the kernel's memory structures, all or"
                        + " those named, and tells which are violated, how often, and the first"
                        + " rows of each: hidden tasks, writable and executable mappings, tables"
                        + " that nobody should have, and the like. Use it to find out whether a"
                        + " guest is sound. saved_queries says what each means and what is found"
                        + " though all is well. A state is passed, failed, or error where one could"
                        + " not be asked to its end. "
                        + UNTRUSTED,
                new Shape()
                        .with("checkpoint", Shape.text(), "Its name, as list gives it.")
                        .maybe(
                                "constraints",
                                Shape.list(Shape.text()),
                                "Ids of constraints; all if not given.")
                        .maybe(
                                "parameters",
                                Shape.object(),
                                "Values for those constraints that have such parameters.")
                        .maybe(
                                "rows",
                                Shape.number(0, MOST_ROWS, ROWS),
                                "At most so many violations of each are shown; all are counted."),
                new Shape()
                        .with("checkpoint", Shape.text(), "Its name.")
                        .with("failed", Shape.truth(), "Whether there are violations.")
                        .with("counts", Shape.object(), "How many constraints ended so.")
                        .with(
                                "constraints",
                                Shape.list(Shape.object()),
                                "An outcome each: of its violations, shown are in rows.")
                        .with(
                                "left_out",
                                Shape.number(),
                                "How many violations are counted and not shown."));
        this.checkpoints = checkpoints;
        this.library = library;
        this.version = version;
    }

    @Override
    Map<String, @Nullable Object> answer(Arguments arguments, Call call) {
        Map<String, String> given = arguments.typed("parameters");
        int rows = arguments.number("rows", ROWS);
        CheckReport report =
                checkpoints.ask(
                        arguments.text("checkpoint"),
                        call,
                        checkpoint -> report(checkpoint, arguments, given, rows, call));
        // The fewer rows of each, the more constraints have some.
        for (int shown = rows; ; shown /= 2) {
            Map<String, @Nullable Object> answer = json(report.first(shown));
            if (shown == 0 || Plain.bytes(answer) <= MOST_BYTES) {
                return answer;
            }
        }
    }

    private CheckReport report(
            Checkpoint checkpoint,
            Arguments arguments,
            Map<String, String> given,
            int rows,
            Call call) {
        List<SavedQuery> constraints =
                Constraints.of(library, checkpoint.info(), arguments.texts("constraints"));
        SavedQueries.requireKnown(given, constraints);
        CheckRun run = new CheckRun(checkpoint, given, rows, Progress.NONE);
        call.stops(run::stop);
        return new CheckReport(
                checkpoint.info(),
                run.outcomes(constraints),
                null,
                FailOn.INFO,
                version,
                SavedQuery::id);
    }

    @SuppressWarnings("unchecked") // an object's keys are texts
    private static Map<String, @Nullable Object> json(CheckReport report) {
        Map<String, @Nullable Object> json =
                (Map<String, @Nullable Object>)
                        Objects.requireNonNull(Plain.of(CheckJson.of(report)));
        json.remove("fail_on");
        json.put(
                "left_out",
                report.outcomes().stream()
                        .mapToLong(outcome -> outcome.count() - outcome.rows().size())
                        .sum());
        return json;
    }
}
