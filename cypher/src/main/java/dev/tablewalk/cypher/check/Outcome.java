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
 * @param count of all rows, and so of violations; where it could not be asked to its end, of those
 *     that came before
 * @param rows the first of them
 * @param seconds that it took
 * @param error why it could not be asked to its end; null if it was
 */
public record Outcome(
        SavedQuery query,
        State state,
        long count,
        List<List<@Nullable Object>> rows,
        double seconds,
        @Nullable String error) {
    /** How it ended. */
    public enum State {
        /** Asked to its end, and nothing found. */
        PASSED,
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
        return rows.size() <= most
                ? this
                : new Outcome(query, state, count, rows.subList(0, most), seconds, error);
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
