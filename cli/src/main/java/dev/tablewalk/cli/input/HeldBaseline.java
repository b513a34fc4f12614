package dev.tablewalk.cli.input;

import dev.tablewalk.cli.output.WholeFile;
import dev.tablewalk.cypher.check.Acceptance;
import dev.tablewalk.cypher.check.Baseline;
import dev.tablewalk.cypher.check.BaselineEntry;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A baseline that a check is held against.
 *
 * @param terms on which it is brought up to date; null if it is not
 */
public record HeldBaseline(
        Path file, Baseline baseline, LocalDate today, Baseline.@Nullable Terms terms) {
    /** What tells which findings are accepted. */
    public Function<SavedQuery, Acceptance> acceptances() {
        return baseline.acceptances(today, terms);
    }

    /** Entries that match nothing any more; those that were taken out are not among them. */
    public List<BaselineEntry> stale(List<Outcome> outcomes) {
        return terms == null ? baseline.stale(outcomes) : List.of();
    }

    /**
     * Writes the file anew, whole or not at all, if that was asked for.
     *
     * @return what became of it, in a line; null if it was not asked for
     * @throws UserError if that cannot be done
     */
    public @Nullable String update(List<Outcome> outcomes) {
        if (terms == null) {
            return null;
        }
        Baseline updated = baseline.updated(outcomes);
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file;
            new WholeFile(target, true).write(out -> out.print(updated.text()));
        } catch (IOException e) {
            throw UserError.input("the baseline " + file + " cannot be written: " + e, e);
        }
        Set<BaselineEntry> before = new HashSet<>(baseline.entries());
        long added = updated.entries().stream().filter(entry -> entry.line() == 0).count();
        long kept = updated.entries().stream().filter(before::contains).count();
        long raised = updated.entries().size() - added - kept;
        long expired = updated.entries().stream().filter(entry -> entry.isExpired(today)).count();
        return "baseline %s: %d entries: %d new, %d raised to what is found now, %d as they were%s; %d that matched nothing taken out"
                .formatted(
                        file,
                        updated.entries().size(),
                        added,
                        raised,
                        kept,
                        expired == 0
                                ? ""
                                : " (%d expired: a new day is set by hand)".formatted(expired),
                        before.size() - kept - raised);
    }
}
