package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cypher.check.Acceptance.Used;
import dev.tablewalk.cypher.check.BaselineEntry;
import dev.tablewalk.cypher.check.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a baseline accepts, in words and for programs; nothing of it obeyed by a terminal. */
final class AcceptedText {
    private AcceptedText() {}

    /** A line for each entry that matched something, such as {@code 3 accepted until …}. */
    static List<String> lines(Outcome outcome) {
        return outcome.accepted().used().stream()
                .filter(used -> used.found() > 0)
                .map(used -> line(outcome, used))
                .toList();
    }

    private static String line(Outcome outcome, Used used) {
        String least = outcome.error() == null ? "" : " or more";
        return Printable.of(
                used.expired()
                        ? "%,d%s not accepted any more, expired %s: %s (%s)"
                                .formatted(
                                        used.found(),
                                        least,
                                        used.entry().until(),
                                        used.entry().reason(),
                                        used.entry().finding())
                        : "%,d%s accepted %s: %s (%s)"
                                .formatted(
                                        used.found(),
                                        least,
                                        until(used.entry()),
                                        used.entry().reason(),
                                        used.entry().finding()));
    }

    /** Such as {@code until 2027-06-30}. */
    static String until(BaselineEntry entry) {
        return entry.expires() == null ? "for good" : "until " + entry.until();
    }

    /** A line on an entry that matches nothing any more. */
    static String stale(BaselineEntry entry) {
        return Printable.of(
                "matches nothing any more: line %d, %s (%s)"
                        .formatted(entry.line(), entry.constraint(), entry.finding()));
    }

    /** Why a violation would have been accepted, had the entry not expired; or null. */
    static @Nullable BaselineEntry expired(Outcome outcome, List<@Nullable Object> row) {
        return outcome.accepted().expired().stream()
                .map(Used::entry)
                .filter(entry -> entry.matches(outcome.query(), row))
                .findFirst()
                .orElse(null);
    }

    /** An entry as an object. */
    static Map<String, @Nullable Object> json(BaselineEntry entry) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("constraint", entry.constraint());
        Map<String, Object> where = new LinkedHashMap<>();
        entry.where().forEach((column, pattern) -> where.put(column, pattern.toString()));
        json.put("where", where);
        json.put("most", entry.most());
        json.put("reason", entry.reason());
        json.put("expires", entry.expires() == null ? null : entry.expires().toString());
        json.put("line", entry.line() == 0 ? null : entry.line());
        return json;
    }
}
