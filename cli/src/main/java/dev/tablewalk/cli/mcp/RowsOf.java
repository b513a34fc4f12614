package dev.tablewalk.cli.mcp;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a question, as tools answer it. */
final class RowsOf {
    private static final int ROWS = 100;
    private static final int MOST_ROWS = 1000;

    /** What is left out is counted so far, and so long. */
    private static final long MOST_COUNTED = 1_000_000;

    private static final Duration COUNTING = Duration.ofSeconds(2);

    private RowsOf() {}

    static Shape arguments() {
        return new Shape()
                .with("checkpoint", Shape.text(), "Its name, as list gives it.")
                .maybe(
                        "rows",
                        Shape.number(0, MOST_ROWS, ROWS),
                        "At most so many rows are shown; the others are counted.");
    }

    static Shape answer() {
        return Fitting.shape("rows", "A row each: an object whose keys are the columns.")
                .with("columns", Shape.list(Shape.text()), "Names of the columns, in order.");
    }

    static Map<String, @Nullable Object> query(
            Checkpoint checkpoint,
            String cypher,
            Map<String, Object> values,
            Arguments arguments,
            Call call) {
        QueryStop stop = call.queryStop();
        Fitting fitting = new Fitting(arguments.number("rows", ROWS));
        try (Rows rows = checkpoint.query(cypher, values, stop)) {
            boolean all = read(rows, fitting, stop, call);
            Map<String, @Nullable Object> answer = fitting.answer("rows", all);
            answer.put("columns", rows.columns());
            return answer;
        }
    }

    /** False if not all of what is left out could be counted. */
    private static boolean read(Rows rows, Fitting fitting, QueryStop stop, Call call) {
        while (!fitting.isFull() && rows.hasNext()) {
            List<@Nullable Object> row = rows.next();
            fitting.add(() -> object(rows.columns(), row));
        }
        try {
            call.stopAfter(COUNTING);
            while (rows.hasNext()) {
                if (fitting.leftOut() == MOST_COUNTED) {
                    return false;
                }
                rows.next();
                fitting.count();
            }
            return true;
        } catch (UserError e) {
            if (stop.reason() == null) {
                throw e;
            }
            return false; // What is there is an answer.
        }
    }

    /** A row as an object whose keys are the columns. */
    static Map<String, @Nullable Object> object(
            List<String> columns, List<? extends @Nullable Object> row) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            object.put(columns.get(i), row.get(i));
        }
        return object;
    }
}
