package dev.tablewalk.cypher.check;

import dev.tablewalk.cypher.saved.SavedQuery;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells, row by row, which of one constraint's findings are accepted. A row that an entry names in
 * full is looked up; the entries that leave something open are tried one after the other.
 */
public final class Acceptance {
    private final SavedQuery query;
    private final LocalDate today;
    private final Baseline.@Nullable Terms terms;
    private final Map<List<ColumnPattern>, Use> exact = new HashMap<>();
    private final List<Use> open = new ArrayList<>();
    private final List<Use> all = new ArrayList<>();

    /**
     * An entry and what came of it in a check.
     *
     * @param found the findings that it accepted; of one that has expired, those that it would have
     *     accepted
     */
    public record Used(BaselineEntry entry, boolean expired, long found) {}

    private static final class Use {
        private BaselineEntry entry;
        private final boolean expired;
        private long found;

        Use(BaselineEntry entry, boolean expired) {
            this.entry = entry;
            this.expired = expired;
        }

        boolean hasRoom() {
            return entry.most() == null || found < entry.most();
        }
    }

    /**
     * That of one constraint.
     *
     * @param terms on which what no entry accepts is accepted from now on; null if it is not
     */
    Acceptance(
            SavedQuery query,
            Collection<BaselineEntry> entries,
            LocalDate today,
            Baseline.@Nullable Terms terms) {
        this.query = query;
        this.today = today;
        this.terms = terms;
        entries.forEach(this::add);
    }

    /** Accepts nothing. */
    static Acceptance none(SavedQuery query) {
        return new Acceptance(query, List.of(), LocalDate.MIN, null);
    }

    private Use add(BaselineEntry entry) {
        Use use = new Use(entry, entry.isExpired(today));
        all.add(use);
        if (entry.where().size() < query.identity().columns().size()
                || entry.where().values().stream().anyMatch(ColumnPattern::isOpen)) {
            open.add(use);
        } else {
            exact.put(List.copyOf(entry.where().values()), use);
        }
        return use;
    }

    /** The entry that accepts a row; null if it is a violation. Each row is asked about once. */
    @Nullable BaselineEntry of(List<? extends @Nullable Object> row) {
        if (all.isEmpty() && terms == null) {
            return null; // nothing is accepted
        }
        Map<String, ColumnPattern> finding = finding(row);
        Use named = exact.get(List.copyOf(finding.values()));
        Use spent = null;
        if (named != null) {
            if (!named.expired && named.hasRoom()) {
                return count(named);
            }
            spent = named;
        }
        for (Use use : open) {
            if (use.entry.matches(query, row)) {
                if (!use.expired && use.hasRoom()) {
                    return count(use);
                }
                spent = spent == null ? use : spent;
            }
        }
        if (spent != null && spent.expired) {
            spent.found++;
            return null;
        }
        return terms == null ? null : accept(finding, spent, terms);
    }

    private static BaselineEntry count(Use use) {
        use.found++;
        return use.entry;
    }

    private BaselineEntry accept(
            Map<String, ColumnPattern> finding, @Nullable Use spent, Baseline.Terms terms) {
        Use use = spent;
        if (use == null) {
            use =
                    add(
                            new BaselineEntry(
                                    query.id(),
                                    finding,
                                    query.identity().byNumber() ? 1L : null,
                                    terms.reason(),
                                    terms.expires(),
                                    List.of(),
                                    0));
        } else {
            use.entry = use.entry.atMost(use.found + 1);
        }
        return count(use);
    }

    private Map<String, ColumnPattern> finding(List<? extends @Nullable Object> row) {
        Map<String, ColumnPattern> finding = new LinkedHashMap<>();
        for (String column : query.identity().columns()) {
            finding.put(column, ColumnPattern.of(row.get(query.columnNames().indexOf(column))));
        }
        return finding;
    }

    /** What came of each entry so far. */
    List<Used> used() {
        return all.stream().map(use -> new Used(use.entry, use.expired, use.found)).toList();
    }
}
