package dev.tablewalk.cypher.check;

import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a constraint came to.
 *
 * @param count of all rows that are violations, and so not accepted; where it could not be asked to
 *     its end, of those that came before
 * @param rows the first of them
 * @param seconds that it took
 * @param error why it could not be asked to its end; null if it was
 * @param accepted the rows that a baseline accepts
 */
public record Outcome(
        SavedQuery query,
        State state,
        long count,
        List<List<@Nullable Object>> rows,
        double seconds,
        @Nullable String error,
        Accepted accepted) {
    /**
     * Rows that are not violations, because a baseline accepts them.
     *
     * @param count of all
     * @param rows the first of them
     * @param used the entries of the constraint, and what came of them
     */
    public record Accepted(long count, List<Row> rows, List<Acceptance.Used> used) {
        /** There is nothing of the kind. */
        public static final Accepted NONE = new Accepted(0, List.of(), List.of());

        /** A row and the entry that accepts it. */
        public record Row(List<@Nullable Object> values, BaselineEntry entry) {}

        /** Those entries that have expired, and would have accepted something. */
        public List<Acceptance.Used> expired() {
            return used.stream().filter(each -> each.expired() && each.found() > 0).toList();
        }

        private Accepted first(int most) {
            return rows.size() <= most ? this : new Accepted(count, rows.subList(0, most), used);
        }
    }

    /** How it ended. */
    public enum State {
        /** Asked to its end, and nothing found. */
        PASSED,
        /** Asked to its end, and nothing found but what is accepted. */
        ACCEPTED,
        /** Asked to its end, and violations found. */
        FAILED,
        /** Not asked to its end. */
        ERROR;

        /** As reports print it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The same with at most so many rows. */
    public Outcome first(int most) {
        return new Outcome(
                query,
                state,
                count,
                rows.size() <= most ? rows : rows.subList(0, most),
                seconds,
                error,
                accepted.first(most));
    }

    /** How bad each of its violations is. */
    public Severity severity() {
        return Objects.requireNonNull(query.severity());
    }

    /** Whether it found violations, and such are at least that bad. */
    public boolean isViolationOf(Severity least) {
        return state == State.FAILED && severity().isAtLeast(least);
    }
}
