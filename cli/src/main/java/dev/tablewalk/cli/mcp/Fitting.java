package dev.tablewalk.cli.mcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** As many rows as fit an answer, and how many did not. */
final class Fitting {
    private final int mostRows;
    private final List<@Nullable Object> rows = new ArrayList<>();
    private int bytes;
    private long leftOut;
    private boolean full;

    Fitting(int mostRows) {
        this.mostRows = mostRows;
        this.full = mostRows == 0;
    }

    /** Takes a row, or counts it. Once one did not fit, none does. */
    void add(Supplier<? extends @Nullable Object> row) {
        if (!full) {
            Object plain = Plain.of(row.get());
            int size = Plain.bytes(plain);
            if (bytes + size <= Tool.MOST_BYTES) {
                bytes += size;
                rows.add(plain);
                full = rows.size() == mostRows;
                return;
            }
            full = true;
        }
        leftOut++;
    }

    /** Whether further rows are only counted. */
    boolean isFull() {
        return full;
    }

    /** Counts a row that is not shown. */
    void count() {
        leftOut++;
    }

    long leftOut() {
        return leftOut;
    }

    /**
     * The answer.
     *
     * @param name of the rows
     * @param all whether there are no more than were added
     */
    Map<String, @Nullable Object> answer(String name, boolean all) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(name, rows);
        answer.put("shown", rows.size());
        answer.put("left_out", leftOut);
        if (!all) {
            answer.put("left_out_at_least", true);
        }
        if (leftOut > 0 || !all) {
            answer.put(
                    "note",
                    rows.size()
                            + " rows are shown and "
                            + (all ? "" : "at least ")
                            + leftOut
                            + " left out: an answer has at most "
                            + mostRows
                            + " rows, as asked, and "
                            + Tool.MOST_BYTES
                            + " bytes");
        }
        return answer;
    }

    /** What an answer says of rows. */
    static Shape shape(String name, String meaning) {
        return new Shape()
                .with(name, Shape.list(Shape.object()), meaning)
                .with("shown", Shape.number(), "How many of them there are here.")
                .with("left_out", Shape.number(), "How many there are beside these.")
                .maybe(
                        "left_out_at_least",
                        Shape.truth(),
                        "Not all that were left out are counted.")
                .maybe("note", Shape.text(), "Why rows were left out.");
    }
}
