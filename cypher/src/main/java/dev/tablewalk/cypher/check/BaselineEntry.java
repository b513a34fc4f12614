package dev.tablewalk.cypher.check;

import dev.tablewalk.cypher.saved.SavedQuery;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A kind of finding that is accepted, as a baseline's file has it.
 *
 * @param constraint the saved query's id
 * @param where by column of the query's identity, in its order, what a finding must be; a column
 *     that is not here may hold anything
 * @param most findings that it accepts; null if all
 * @param reason why, in a line
 * @param expires the last day on which it accepts anything; null if there is none
 * @param comments lines that stand above it, with their {@code #}
 * @param line of the file; 0 if it is new
 */
public record BaselineEntry(
        String constraint,
        Map<String, ColumnPattern> where,
        @Nullable Long most,
        String reason,
        @Nullable LocalDate expires,
        List<String> comments,
        int line) {
    /** Whether it accepts nothing any more. */
    public boolean isExpired(LocalDate today) {
        return expires != null && expires.isBefore(today);
    }

    /** Whether a row of the constraint is such a finding. */
    public boolean matches(SavedQuery query, List<? extends @Nullable Object> row) {
        return where.entrySet().stream()
                .allMatch(
                        pattern ->
                                pattern.getValue()
                                        .matches(
                                                row.get(
                                                        query.columnNames()
                                                                .indexOf(pattern.getKey()))));
    }

    /** What it accepts, in a line, such as {@code comm java, vma rwxp}. */
    public String finding() {
        return where.isEmpty()
                ? "any"
                : where.entrySet().stream()
                        .map(pattern -> pattern.getKey() + " " + pattern.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** Until when, as the file has it. */
    public String until() {
        return expires == null ? BaselineFile.NEVER : expires.toString();
    }

    BaselineEntry atMost(long number) {
        return new BaselineEntry(constraint, where, number, reason, expires, comments, line);
    }
}
