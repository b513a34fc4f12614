package dev.tablewalk.cli.report;

import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.picture.FrameMap;
import dev.tablewalk.cypher.saved.ColumnType;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where in physical memory violations are: by columns of type hex whose name ends in {@code pa}.
 */
final class PageMarks {
    /** More would hide what they mark. */
    static final int MOST = 400;

    private static final Pattern PHYSICAL = Pattern.compile("(.*_)?pa");

    private PageMarks() {}

    /** One constraint's violations in one cell. */
    record Mark(Outcome outcome, FrameMap.Cell cell, String text) {}

    private record Place(String id, FrameMap.Cell cell) {}

    /** The first {@value #MOST}, one for each constraint and cell. */
    static List<Mark> of(List<Outcome> outcomes, FrameMap map) {
        Map<Place, Mark> marks = new LinkedHashMap<>();
        for (Outcome outcome : outcomes) {
            for (List<@Nullable Object> row : outcome.rows()) {
                mark(outcome, row, map, marks);
            }
        }
        return new ArrayList<>(marks.values()).subList(0, Math.min(MOST, marks.size()));
    }

    private static void mark(
            Outcome outcome, List<@Nullable Object> row, FrameMap map, Map<Place, Mark> marks) {
        List<Column> columns = outcome.query().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).type() == ColumnType.HEX
                    && PHYSICAL.matcher(columns.get(i).name()).matches()
                    && row.get(i) instanceof Long pa) {
                map.cellOf(pa)
                        .ifPresent(
                                cell ->
                                        marks.putIfAbsent(
                                                new Place(outcome.query().id(), cell),
                                                new Mark(
                                                        outcome,
                                                        cell,
                                                        ColumnText.line(columns, row))));
            }
        }
    }
}
