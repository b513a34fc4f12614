package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.check.Acceptance;
import dev.tablewalk.cypher.check.BaselineEntry;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of a check.
 *
 * @param baseline that it was held against, or null
 * @param version of tablewalk
 * @param command prints all rows of a constraint
 */
public record CheckReport(
        CheckpointInfo checkpoint,
        List<Outcome> outcomes,
        @Nullable Baselined baseline,
        FailOn failOn,
        String version,
        Command command) {
    /** What to type. */
    @FunctionalInterface
    public interface Command {
        /** The command line that prints all rows of a query. */
        String printing(SavedQuery query);
    }

    /**
     * A baseline in a check.
     *
     * @param file its path
     * @param stale entries of constraints that were asked, and found nothing of that kind
     */
    public record Baselined(String file, List<BaselineEntry> stale) {}

    /** The same with at most so many rows of each constraint. */
    public CheckReport first(int rows) {
        return new CheckReport(
                checkpoint,
                outcomes.stream().map(outcome -> outcome.first(rows)).toList(),
                baseline,
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

    /** Findings that the baseline accepts. */
    public long accepted() {
        return outcomes.stream().mapToLong(outcome -> outcome.accepted().count()).sum();
    }

    /** Findings that count again, because the baseline's entry has expired. */
    public long expired() {
        return outcomes.stream()
                .flatMap(outcome -> outcome.accepted().expired().stream())
                .mapToLong(Acceptance.Used::found)
                .sum();
    }

    /** A line on how many there were of each state. */
    public String summary() {
        String states =
                "%d %s: %d passed, %s%d failed, %d could not be asked"
                        .formatted(
                                outcomes.size(),
                                outcomes.size() == 1 ? "constraint" : "constraints",
                                count(Outcome.State.PASSED),
                                baseline == null
                                        ? ""
                                        : count(Outcome.State.ACCEPTED) + " accepted, ",
                                count(Outcome.State.FAILED),
                                count(Outcome.State.ERROR));
        return baseline == null
                ? states
                : "%s; the baseline accepts %,d findings, %,d count again as their entries expired, %d %s nothing"
                        .formatted(
                                states,
                                accepted(),
                                expired(),
                                baseline.stale().size(),
                                baseline.stale().size() == 1 ? "entry matches" : "entries match");
    }
}
