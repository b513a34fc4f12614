package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tablewalk.cli.report.DiffRows;
import dev.tablewalk.cli.report.KeptChanges;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Sides;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tells what changed between two moments of a series: {@code {"from", "to", "rows"}}, names of
 * their checkpoints. If one follows the other, what the series keeps of it is read; else, if both
 * are whole, they are compared; else all that is kept of the moments between them is read, one
 * after the other. The first line says how: {@code {"columns", "types", "compared", "lost"}}; then
 * comes one a row, last {@code {"rows", "more", "ms", "sums"}} or {@code {"error"}}.
 *
 * <p>Nothing is written: a comparison is made in memory and forgotten.
 */
final class Changes implements HttpHandler {
    private static final int ROWS = 1000;
    private static final int MOST_ROWS = 100_000;

    /** Of an answer; there is more then. */
    private static final int MOST_BYTES = 32 << 20;

    /** Files of changes that are read for one answer. */
    private static final int MOST_BETWEEN = 1000;

    private final Served served;

    /** Each comparison has two graphs in memory. */
    private final Semaphore turn = new Semaphore(1, true);

    Changes(Served served) {
        this.served = served;
    }

    /**
     * Two moments.
     *
     * @param later all that come after the first, up to the second
     */
    private record Span(Series series, Moment from, List<Moment> later, int rows) {
        Moment to() {
            return later.getLast();
        }

        /** Moments that nothing is kept of the changes of. */
        List<String> lost() {
            return later.stream()
                    .filter(moment -> !Files.exists(series.changes(moment.number())))
                    .map(moment -> series.name(moment.number()))
                    .toList();
        }

        boolean isCompared() {
            boolean kept = later.size() == 1 && lost().isEmpty();
            return !kept && series.isWhole(from) && series.isWhole(to());
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        LineBuffer lines;
        try {
            Span span = span(Request.of(exchange));
            if (!turn.tryAcquire(served.limit().toMillis(), TimeUnit.MILLISECONDS)) {
                throw UserError.input("too many comparisons at once: ask again");
            }
            try {
                lines = answer(span);
            } finally {
                turn.release();
            }
        } catch (UserError e) {
            Replies.refuse(exchange, e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Replies.refuse(exchange, UserError.input("tablewalk serve is ending"));
            return;
        }
        try (LineStream stream = LineStream.of(exchange)) {
            stream.write(lines);
        }
    }

    private Span span(Request request) {
        String from = request.text("from");
        String to = request.text("to");
        Series series =
                served.series(from)
                        .orElseThrow(() -> UserError.input("'" + from + "' is of no series here"));
        List<Moment> moments = series.moments();
        int first = index(series, moments, from);
        int last = index(series, moments, to);
        if (first >= last) {
            throw UserError.input("'" + to + "' does not come after '" + from + "'");
        }
        int rows = Math.clamp(request.number("rows", ROWS), 0, MOST_ROWS);
        return new Span(
                series,
                moments.get(first),
                List.copyOf(moments.subList(first + 1, last + 1)),
                rows);
    }

    private static int index(Series series, List<Moment> moments, String name) {
        for (int i = 0; i < moments.size(); i++) {
            if (series.name(moments.get(i).number()).equals(name)) {
                return i;
            }
        }
        throw UserError.input("'" + name + "' is no moment of the series " + series.prefix());
    }

    private LineBuffer answer(Span span) {
        long begin = System.nanoTime();
        ChangeLines lines = new ChangeLines(new LineBuffer(MOST_BYTES), span.rows);
        if (span.isCompared()) {
            lines.begin(true, List.of());
            Sides sides =
                    Sides.read(
                            served.home(),
                            span.series.name(span.from.number()),
                            span.series.name(span.to().number()),
                            false,
                            Progress.NONE);
            Diff diff = Diff.of(sides.before(), sides.after(), Progress.NONE);
            String name = span.series.name(span.to().number());
            DiffRows.each(diff.difference(), row -> lines.row(name, row));
        } else {
            if (span.later.size() > MOST_BETWEEN) {
                throw UserError.input(
                        "what is kept of more than "
                                + MOST_BETWEEN
                                + " moments is not read at once: choose two that are nearer");
            }
            lines.begin(false, span.lost());
            for (Moment moment : span.later) {
                Path file = span.series.changes(moment.number());
                if (Files.exists(file)) {
                    String name = span.series.name(moment.number());
                    KeptChanges.each(file, row -> lines.row(name, row));
                }
                if (System.nanoTime() - begin > served.limit().toNanos()) {
                    throw UserError.input(
                            "reading was stopped after "
                                    + served.limit().toSeconds()
                                    + " s, the limit");
                }
            }
        }
        return lines.end(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }
}
