package dev.tablewalk.cypher.check;

import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The findings that are accepted: kept in a file that people read and edit, and matched by what
 * they are, so that they stay accepted when addresses, pids and frames are others.
 *
 * @param header comment lines at the file's beginning
 * @param footer comment lines at its end
 */
public record Baseline(List<String> header, List<BaselineEntry> entries, List<String> footer) {
    private static final List<String> HEADER =
            List.of(
                    "# Findings that tablewalk check accepts, with the reason and the last day."
                            + " tablewalk check --help tells more.");

    /** Order in a file that --update-baseline writes. */
    private static final Comparator<BaselineEntry> ORDER =
            Comparator.comparing(BaselineEntry::constraint)
                    .thenComparing(entry -> entry.where().toString());

    /**
     * On what terms findings are accepted that are so from now on.
     *
     * @param expires null if never
     */
    public record Terms(String reason, @Nullable LocalDate expires) {}

    /** One that accepts nothing. */
    public static Baseline empty() {
        return new Baseline(HEADER, List.of(), List.of());
    }

    /**
     * Reads one.
     *
     * @param file its path, for messages
     * @param library the constraints that it may name
     * @throws UserError if it is not as it must be; the message names the line
     */
    public static Baseline parse(String file, String text, QueryLibrary library) {
        return new BaselineFile(file, library).parse(text);
    }

    /** As it stands in a file. */
    public String text() {
        return BaselineFile.text(this);
    }

    /**
     * What tells of each constraint's findings whether they are accepted.
     *
     * @param terms if given, all that is found and not yet accepted is accepted on these terms
     */
    public Function<SavedQuery, Acceptance> acceptances(LocalDate today, @Nullable Terms terms) {
        return query ->
                new Acceptance(
                        query,
                        entries.stream()
                                .filter(entry -> entry.constraint().equals(query.id()))
                                .toList(),
                        today,
                        terms);
    }

    /** Entries of constraints that were asked to their end, and found nothing of that kind. */
    public List<BaselineEntry> stale(List<Outcome> outcomes) {
        List<BaselineEntry> stale = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome.state() != Outcome.State.ERROR) {
                outcome.accepted().used().stream()
                        .filter(used -> used.found() == 0)
                        .map(Acceptance.Used::entry)
                        .forEach(stale::add);
            }
        }
        return stale;
    }

    /**
     * The baseline after a check: with what was accepted in it, without what is stale, sorted. What
     * was not asked, or not to its end, keeps its entries.
     */
    public Baseline updated(List<Outcome> outcomes) {
        Map<String, Outcome> asked = new HashMap<>();
        outcomes.stream()
                .filter(outcome -> outcome.state() != Outcome.State.ERROR)
                .forEach(outcome -> asked.put(outcome.query().id(), outcome));
        Set<BaselineEntry> stale = new HashSet<>(stale(outcomes));
        List<BaselineEntry> all = new ArrayList<>();
        entries.stream().filter(entry -> !asked.containsKey(entry.constraint())).forEach(all::add);
        for (Outcome outcome : asked.values()) {
            outcome.accepted().used().stream()
                    .map(Acceptance.Used::entry)
                    .filter(entry -> !stale.contains(entry))
                    .forEach(all::add);
        }
        all.sort(ORDER);
        return new Baseline(header, List.copyOf(all), footer);
    }
}
