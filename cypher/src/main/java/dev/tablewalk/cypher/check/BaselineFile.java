package dev.tablewalk.cypher.check;

import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a baseline, and writes it; every error names the file and the line. */
final class BaselineFile {
    /** Instead of a date. */
    static final String NEVER = "never";

    private static final Pattern ACCEPT = Pattern.compile("accept +(\\S+)");
    private static final Pattern WHERE = Pattern.compile("where +(\\w+): *(.*)");
    private static final Pattern KEY = Pattern.compile("(most|reason|expires): *(.*)");

    private final String file;
    private final QueryLibrary library;
    private final List<String> header = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private final List<BaselineEntry> entries = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private @Nullable Draft draft;

    BaselineFile(String file, QueryLibrary library) {
        this.file = file;
        this.library = library;
    }

    /** An entry whose lines are being read. */
    private static final class Draft {
        private final int line;
        private final SavedQuery query;
        private final List<String> comments;
        private final Map<String, ColumnPattern> where = new LinkedHashMap<>();
        private final Map<String, String> rest = new HashMap<>();

        Draft(int line, SavedQuery query, List<String> comments) {
            this.line = line;
            this.query = query;
            this.comments = comments;
        }
    }

    Baseline parse(String text) {
        List<String> all = text.lines().map(String::strip).toList();
        for (int i = 0; i < all.size(); i++) {
            read(i + 1, all.get(i));
        }
        end();
        return new Baseline(header, List.copyOf(entries), List.copyOf(comments));
    }

    private void read(int line, String text) {
        Matcher accept = ACCEPT.matcher(text);
        Matcher where = WHERE.matcher(text);
        Matcher key = KEY.matcher(text);
        if (text.isEmpty()) {
            end();
            // What stands apart at the beginning is of the file, not of its first entry.
            if (entries.isEmpty()) {
                header.addAll(comments);
                comments.clear();
            }
        } else if (text.startsWith("#")) {
            (draft == null ? comments : draft.comments).add(text);
        } else if (accept.matches()) {
            end();
            draft = new Draft(line, constraint(line, accept.group(1)), new ArrayList<>(comments));
            comments.clear();
        } else if (draft != null && where.matches()) {
            where(line, draft, where.group(1), where.group(2));
        } else if (draft != null && key.matches()) {
            if (key.group(2).isEmpty()) {
                throw wrong(line, "'" + key.group(1) + "' has no value");
            }
            if (draft.rest.put(key.group(1), key.group(2)) != null) {
                throw wrong(line, "a second '" + key.group(1) + "'");
            }
        } else {
            throw wrong(
                    line,
                    draft == null
                            ? "an entry begins with 'accept CONSTRAINT'"
                            : "an entry has lines 'where COLUMN: …', 'most: …', 'reason: …' and"
                                    + " 'expires: …'");
        }
    }

    private SavedQuery constraint(int line, String id) {
        SavedQuery query;
        try {
            query = library.get(id);
        } catch (UserError e) {
            throw wrong(line, String.valueOf(e.getMessage()));
        }
        if (query.kind() != SavedQuery.Kind.CONSTRAINT) {
            throw wrong(line, id + " is a report, which finds nothing that could be accepted");
        }
        return query;
    }

    private void where(int line, Draft entry, String column, String value) {
        List<String> identity = entry.query.identity().columns();
        if (!identity.contains(column)) {
            throw wrong(
                    line,
                    "'"
                            + column
                            + "' does not identify findings of "
                            + entry.query.id()
                            + (identity.isEmpty()
                                    ? ": nothing does but their number"
                                    : ": there are " + String.join(", ", identity)));
        }
        ColumnPattern pattern;
        try {
            pattern = ColumnPattern.parse(value);
        } catch (IllegalArgumentException e) {
            throw wrong(line, String.valueOf(e.getMessage()));
        }
        if (entry.where.put(column, pattern) != null) {
            throw wrong(line, "a second 'where " + column + "'");
        }
    }

    private void end() {
        Draft entry = draft;
        draft = null;
        if (entry == null) {
            return;
        }
        String reason = entry.rest.get("reason");
        String expires = entry.rest.get("expires");
        if (reason == null) {
            throw wrong(entry.line, "'reason' is missing: why is it accepted?");
        }
        if (expires == null) {
            throw wrong(
                    entry.line, "'expires' is missing: the last day, as in 2027-06-30, or never");
        }
        Long most = most(entry);
        if (entry.where.isEmpty() && most == null) {
            throw wrong(
                    entry.line,
                    "it would accept whatever "
                            + entry.query.id()
                            + " finds: add 'where' or 'most'");
        }
        Map<String, ColumnPattern> where = new LinkedHashMap<>();
        for (String column : entry.query.identity().columns()) {
            ColumnPattern pattern = entry.where.get(column);
            if (pattern != null) {
                where.put(column, pattern);
            }
        }
        Integer before = lines.putIfAbsent(entry.query.id() + where, entry.line);
        if (before != null) {
            throw wrong(entry.line, "line " + before + " accepts the same");
        }
        entries.add(
                new BaselineEntry(
                        entry.query.id(),
                        where,
                        most,
                        reason,
                        date(entry.line, expires),
                        List.copyOf(entry.comments),
                        entry.line));
    }

    private @Nullable Long most(Draft entry) {
        String most = entry.rest.get("most");
        if (most == null) {
            return null;
        }
        try {
            long number = Long.parseLong(most);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw wrong(entry.line, "'most: " + most + "' is not a number of findings, 1 or more");
    }

    private @Nullable LocalDate date(int line, String text) {
        if (text.equals(NEVER)) {
            return null;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw wrong(
                    line, "'expires: " + text + "' is not a date such as 2027-06-30, nor never");
        }
    }

    private UserError wrong(int line, String what) {
        return UserError.input(file + ":" + line + ": " + what);
    }

    static String text(Baseline baseline) {
        StringBuilder text = new StringBuilder();
        comments(baseline.header(), text);
        for (BaselineEntry entry : baseline.entries()) {
            text.append(text.isEmpty() ? "" : "\n");
            comments(entry.comments(), text);
            text.append("accept ").append(entry.constraint()).append('\n');
            entry.where()
                    .forEach(
                            (column, pattern) ->
                                    text.append("  where ")
                                            .append(column)
                                            .append(": ")
                                            .append(pattern)
                                            .append('\n'));
            if (entry.most() != null) {
                text.append("  most: ").append(entry.most()).append('\n');
            }
            text.append("  reason: ").append(entry.reason()).append('\n');
            text.append("  expires: ").append(entry.until()).append('\n');
        }
        if (!baseline.footer().isEmpty()) {
            text.append('\n');
            comments(baseline.footer(), text);
        }
        return text.toString();
    }

    private static void comments(List<String> comments, StringBuilder text) {
        comments.forEach(comment -> text.append(comment).append('\n'));
    }
}
