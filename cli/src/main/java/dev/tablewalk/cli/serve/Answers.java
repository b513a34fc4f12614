package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tablewalk.cli.input.QueryParameters;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers a question: {@code {"checkpoint", "cypher" or "saved", "parameters", "rows"}}. First a
 * line with the columns, then one a row, last {@code {"rows", "more", "ms"}} or {@code {"error"}}.
 */
final class Answers implements HttpHandler {
    private static final int MOST_ROWS = 1_000_000;
    private static final int ROWS = 1000;

    /** What computes at once; others wait. */
    private static final int AT_ONCE = 4;

    private static final Duration PULSE = Duration.ofSeconds(2);

    private final Served served;
    private final ScheduledExecutorService clock;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final Set<QueryStop> running = ConcurrentHashMap.newKeySet();

    Answers(Served served, ScheduledExecutorService clock) {
        this.served = served;
        this.clock = clock;
    }

    /** Stops what is being answered. An interrupt would close files of the store. */
    void stop() {
        running.forEach(stop -> stop.now("because tablewalk serve ends"));
    }

    private record Question(
            Checkpoint checkpoint,
            String cypher,
            Map<String, Object> values,
            List<Column> columns,
            int rows) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Question question;
        try {
            question = question(Request.of(exchange));
        } catch (UserError e) {
            Replies.refuse(exchange, e);
            return;
        }
        try (LineStream lines = LineStream.of(exchange)) {
            answer(question, lines);
        }
    }

    private Question question(Request request) {
        Checkpoint checkpoint = served.checkpoint(request.text("checkpoint"));
        int rows = Math.clamp(request.number("rows", ROWS), 0, MOST_ROWS);
        Map<String, String> typed = request.typed("parameters");
        String id = request.optionalText("saved");
        if (id == null) {
            return new Question(
                    checkpoint,
                    request.text("cypher"),
                    QueryParameters.values(typed),
                    List.of(),
                    rows);
        }
        SavedQuery saved = served.library().get(id);
        saved.requireSubject(checkpoint.info());
        return new Question(checkpoint, saved.cypher(), saved.values(typed), saved.columns(), rows);
    }

    private void answer(Question question, LineStream lines) throws IOException {
        QueryStop stop = new QueryStop();
        running.add(stop);
        ScheduledFuture<?> alarm =
                clock.schedule(
                        () -> stop.now("after " + served.limit().toSeconds() + " s, the limit"),
                        served.limit().toMillis(),
                        TimeUnit.MILLISECONDS);
        ScheduledFuture<?> pulse =
                clock.scheduleWithFixedDelay(
                        () -> feel(lines, stop),
                        PULSE.toMillis(),
                        PULSE.toMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            lines.line(inTurn(question, lines, stop));
        } finally {
            alarm.cancel(false);
            pulse.cancel(false);
            running.remove(stop);
        }
    }

    /** Only writing tells whether somebody still reads. */
    private static void feel(LineStream lines, QueryStop stop) {
        try {
            lines.flush();
        } catch (IOException e) {
            stop.now("because its page was closed");
        }
    }

    private Map<String, @Nullable Object> inTurn(
            Question question, LineStream lines, QueryStop stop) throws IOException {
        try {
            if (!turns.tryAcquire(served.limit().toMillis(), TimeUnit.MILLISECONDS)) {
                return Map.of("error", "too many questions at once: ask again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of("error", "tablewalk serve is ending");
        }
        try {
            return ask(question, lines, stop);
        } catch (UserError e) {
            return Map.of("error", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return Map.of("error", "internal error: " + e.getClass().getSimpleName());
        } finally {
            turns.release();
        }
    }

    private static Map<String, @Nullable Object> ask(
            Question question, LineStream lines, QueryStop stop) throws IOException {
        long begin = System.nanoTime();
        try (Rows rows = question.checkpoint().query(question.cypher(), question.values(), stop)) {
            lines.line(
                    Map.of(
                            "columns",
                            rows.columns(),
                            "types",
                            question.columns().stream()
                                    .map(column -> column.type().toString())
                                    .toList()));
            long number = 0;
            while (number < question.rows() && rows.hasNext()) {
                lines.line(rows.next());
                number++;
            }
            boolean more = number == question.rows() && rows.hasNext();
            return Map.of(
                    "rows",
                    number,
                    "more",
                    more,
                    "ms",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
    }
}
