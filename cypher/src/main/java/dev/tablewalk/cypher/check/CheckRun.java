package dev.tablewalk.cypher.check;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.check.Outcome.Accepted;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks a checkpoint a list of constraints. */
public final class CheckRun {
    private static final double NANOS = 1e9;

    private final Checkpoint checkpoint;
    private final Map<String, String> parameters;
    private final int keep;
    private final Progress progress;
    private final Function<SavedQuery, Acceptance> acceptances;

    /**
     * A run on an open checkpoint.
     *
     * @param parameters values as they were typed; each constraint takes those that it declares
     * @param keep how many rows of each constraint are kept; the rest is counted
     */
    public CheckRun(
            Checkpoint checkpoint, Map<String, String> parameters, int keep, Progress progress) {
        this(checkpoint, parameters, keep, progress, Acceptance::none);
    }

    /**
     * A run in which findings may be accepted.
     *
     * @param acceptances as {@link Baseline#acceptances} gives them
     */
    public CheckRun(
            Checkpoint checkpoint,
            Map<String, String> parameters,
            int keep,
            Progress progress,
            Function<SavedQuery, Acceptance> acceptances) {
        this.checkpoint = checkpoint;
        this.parameters = Map.copyOf(parameters);
        this.keep = keep;
        this.progress = progress;
        this.acceptances = acceptances;
    }

    /** Asks all; one that fails does not keep the others from being asked. */
    public List<Outcome> outcomes(List<SavedQuery> constraints) {
        return constraints.stream().map(this::outcome).toList();
    }

    private Outcome outcome(SavedQuery query) {
        progress.stage(query.id(), 0);
        Asked asked = new Asked(acceptances.apply(query));
        long begin = System.nanoTime();
        String error = null;
        try {
            ask(query, asked);
        } catch (RuntimeException e) {
            error = message(e);
        }
        return new Outcome(
                query,
                error != null ? Outcome.State.ERROR : asked.state(),
                asked.count,
                List.copyOf(asked.kept),
                (System.nanoTime() - begin) / NANOS,
                error,
                asked.accepted());
    }

    private final class Asked {
        private final Acceptance acceptance;
        private final List<List<@Nullable Object>> kept = new ArrayList<>();
        private final List<Accepted.Row> keptAccepted = new ArrayList<>();
        private long count;
        private long accepted;

        Asked(Acceptance acceptance) {
            this.acceptance = acceptance;
        }

        void add(List<@Nullable Object> row) {
            BaselineEntry entry = acceptance.of(row);
            if (entry == null) {
                if (count++ < keep) {
                    kept.add(row);
                }
            } else if (accepted++ < keep) {
                keptAccepted.add(new Accepted.Row(row, entry));
            }
        }

        Outcome.State state() {
            if (count > 0) {
                return Outcome.State.FAILED;
            }
            return accepted > 0 ? Outcome.State.ACCEPTED : Outcome.State.PASSED;
        }

        Accepted accepted() {
            return new Accepted(accepted, List.copyOf(keptAccepted), acceptance.used());
        }
    }

    private void ask(SavedQuery query, Asked asked) {
        try (Rows rows = checkpoint.query(query.cypher(), query.values(parameters))) {
            if (!rows.columns().equals(query.columnNames())) {
                throw UserError.input(
                        "it returns the columns "
                                + String.join(", ", rows.columns())
                                + " and declares "
                                + String.join(", ", query.columnNames()));
            }
            while (rows.hasNext()) {
                asked.add(rows.next());
                progress.advance(1);
            }
        }
    }

    private static String message(RuntimeException failure) {
        return failure instanceof UserError
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
