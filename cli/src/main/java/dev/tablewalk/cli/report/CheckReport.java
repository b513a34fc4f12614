package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.util.List;

/**
 * What there is to tell of a check.
 *
 * @param version of tablewalk
 * @param command prints all rows of a constraint
 */
public record CheckReport(
        CheckpointInfo checkpoint,
        List<Outcome> outcomes,
        FailOn failOn,
        String version,
        Command command) {
    /** What to type. */
    @FunctionalInterface
    public interface Command {
        /** The command line that prints all rows of a query. */
        String printing(SavedQuery query);
    }

    /** The same with at most so many rows of each constraint. */
    public CheckReport first(int rows) {
        return new CheckReport(
                checkpoint,
                outcomes.stream().map(outcome -> outcome.first(rows)).toList(),
                failOn,
                version,
                command);
    }

    /** How many constraints ended so. */
    public long count(Outcome.State state) {
        return outcomes.stream().filter(outcome -> outcome.state() == state).count();
    }

    /** Whether violations were found that fail the check. */
    public boolean isFailed() {
        return outcomes.stream().anyMatch(failOn::isFailedBy);
    }

    /** A line on how many there were of each state. */
    public String summary() {
        return "%d %s: %d passed, %d failed, %d could not be asked"
                .formatted(
                        outcomes.size(),
                        outcomes.size() == 1 ? "constraint" : "constraints",
                        count(Outcome.State.PASSED),
                        count(Outcome.State.FAILED),
                        count(Outcome.State.ERROR));
    }
}
