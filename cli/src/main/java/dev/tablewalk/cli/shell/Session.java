package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.report.ColumnText;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.graph.UserError;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the shell knows from one statement to the next, and what it does with one. */
final class Session {
    private final Checkpoint checkpoint;
    private final QueryLibrary library;
    private final Screen screen;
    private final RowFormat format;
    private final FileNames files;
    private final ShellParameters parameters = new ShellParameters();
    private @Nullable Question last;
    private boolean hex;
    private boolean ended;

    Session(Checkpoint checkpoint, Shell.Settings settings, Screen screen) {
        this.checkpoint = checkpoint;
        this.library = settings.library();
        this.screen = screen;
        this.format = settings.format();
        this.files = new FileNames(settings.files());
        settings.parameters().forEach(parameters::set);
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    QueryLibrary library() {
        return library;
    }

    Screen screen() {
        return screen;
    }

    FileNames files() {
        return files;
    }

    ShellParameters parameters() {
        return parameters;
    }

    /** What was asked last, whatever came of it. */
    Optional<Question> last() {
        return Optional.ofNullable(last);
    }

    boolean isHex() {
        return hex;
    }

    void setHex(boolean on) {
        hex = on;
    }

    boolean isEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /**
     * Does what is told.
     *
     * @throws UserError if it cannot be done, or was stopped; the session can go on
     */
    void run(ShellInput input) {
        switch (input) {
            case ShellInput.Statement statement ->
                    ask(new Question(statement.cypher(), parameters.values(), List.of()));
            case ShellInput.Command command -> Commands.run(this, command.line());
        }
    }

    /** Asks the checkpoint, and shows the answer. */
    void ask(Question question) {
        last = question;
        screen.stoppable(stop -> show(question, stop));
    }

    private void show(Question question, QueryStop stop) {
        long begun = System.nanoTime();
        RowCount count = new RowCount(begun);
        boolean whole;
        try (Rows rows = checkpoint.query(question.cypher(), question.values(), stop)) {
            whole = screen.show(stop, out -> print(question, rows, out, count));
        }
        if (whole) {
            screen.note(count.line());
        }
    }

    private void print(Question question, Rows rows, PrintWriter out, RowCount count) {
        List<Column> columns = format == RowFormat.TABLE ? question.columns() : List.of();
        RowWriter writer = format.write(rows.columns(), out, screen.terminal());
        while (rows.hasNext()) {
            List<@Nullable Object> row = ColumnText.row(columns, rows.next());
            writer.row(hex ? HexNumber.row(row) : row);
            count.add();
        }
        count.end();
        // Only now: after a failure the result must not end as if it were whole.
        writer.close();
    }

    /** How many rows there were, and how long they took. */
    static final class RowCount {
        private final long begun;
        private long rows;
        private long nanos;

        RowCount(long begun) {
            this.begun = begun;
        }

        void add() {
            rows++;
        }

        /** There are no more: what is read of them later is not the query's time. */
        void end() {
            nanos = System.nanoTime() - begun;
        }

        /** Such as {@code 12 rows, 8 ms}. */
        String line() {
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
            String time =
                    millis < 10_000
                            ? millis + " ms"
                            : TimeUnit.MILLISECONDS.toSeconds(millis) + " s";
            return (rows == 1 ? "1 row, " : rows + " rows, ") + time;
        }
    }
}
