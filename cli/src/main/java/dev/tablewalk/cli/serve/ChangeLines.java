package dev.tablewalk.cli.serve;

import dev.tablewalk.cli.report.DiffRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes as lines of an answer: the first rows whole, and of all of them how many there are. */
final class ChangeLines {
    private static final int SUBJECT = DiffRows.COLUMNS.indexOf("subject");
    private static final int CHANGE = DiffRows.COLUMNS.indexOf("change");
    private static final int PAGES = DiffRows.COLUMNS.indexOf("pages");

    /** Changes of one kind. */
    private record Kind(String subject, String change) implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            int order = subject.compareTo(other.subject);
            return order != 0 ? order : change.compareTo(other.change);
        }
    }

    /** How many rows and pages there are of a kind. */
    private static final class Sum {
        private long rows;
        private long pages;
    }

    private final LineBuffer lines;
    private final int most;
    private final Map<Kind, Sum> sums = new TreeMap<>();
    private long told;
    private boolean more;

    /**
     * Without a line yet.
     *
     * @param most rows that are told
     */
    ChangeLines(LineBuffer lines, int most) {
        this.lines = lines;
        this.most = most;
    }

    /**
     * The first line.
     *
     * @param compared whether two moments were compared, or what is kept of changes is read
     * @param lost names of moments that nothing is kept of
     */
    void begin(boolean compared, List<String> lost) {
        List<String> columns = new ArrayList<>(List.of("moment"));
        columns.addAll(DiffRows.COLUMNS);
        List<String> types =
                columns.stream()
                        .map(name -> name.equals("va") || name.equals("end") ? "hex" : "text")
                        .toList();
        lines.line(Map.of("columns", columns, "types", types, "compared", compared, "lost", lost));
    }

    /** A change that the moment of a name brought. */
    void row(String moment, List<? extends @Nullable Object> change) {
        Kind kind =
                new Kind(String.valueOf(change.get(SUBJECT)), String.valueOf(change.get(CHANGE)));
        Sum sum = sums.computeIfAbsent(kind, none -> new Sum());
        sum.rows++;
        sum.pages += change.get(PAGES) instanceof Long pages ? pages : 0;
        if (told == most || lines.isFull()) {
            more = true;
            return;
        }
        List<@Nullable Object> row = new ArrayList<>(change.size() + 1);
        row.add(moment);
        row.addAll(change);
        lines.line(row);
        told++;
    }

    /** The last line, with how many changes there are of each kind. */
    LineBuffer end(long millis) {
        List<List<Object>> all =
                sums.entrySet().stream()
                        .map(
                                each ->
                                        List.<Object>of(
                                                each.getKey().subject,
                                                each.getKey().change,
                                                each.getValue().rows,
                                                each.getValue().pages))
                        .toList();
        return lines.end(Map.of("rows", told, "more", more, "ms", millis, "sums", all));
    }
}
