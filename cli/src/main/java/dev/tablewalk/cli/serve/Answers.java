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
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers a question: {@code {"checkpoint", "cypher" or "saved", "parameters", "rows"}}. First a
 * line with the columns, then one a row, last {@code {"rows", "more", "ms"}} or {@code {"error"}}.
 */
final class Answers implements HttpHandler {
    private static final int MOST_ROWS = 1_000_000;
    private static final int ROWS = 1000;

    /** Of an answer; there is more then. */
    private static final int MOST_BYTES = 32 << 20;

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
        // A thread of its own: to write is to wait for whoever reads.
        Thread.startVirtualThread(() -> feel(lines, stop));
        try {
            lines.write(inTurn(question, stop));
        } finally {
            alarm.cancel(false);
            running.remove(stop);
        }
    }

    /** Only writing tells whether somebody still reads. Ends with the answer. */
    private static void feel(LineStream lines, QueryStop stop) {
        try {
            do {
                LockSupport.parkNanos(PULSE.toNanos());
            } while (lines.pulse());
        } catch (IOException e) {
            stop.now("because its page was closed");
        }
    }

    /**
     * The whole answer. It is sent when the turn is over: whoever is slow to read keeps nobody from
     * asking.
     */
    private LineBuffer inTurn(Question question, QueryStop stop) {
        LineBuffer lines = new LineBuffer(MOST_BYTES);
        try {
            if (!turns.tryAcquire(served.limit().toMillis(), TimeUnit.MILLISECONDS)) {
                return lines.end(Map.of("error", "too many questions at once: ask again"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return lines.end(Map.of("error", "tablewalk serve is ending"));
        }
        try {
            return lines.end(ask(question, lines, stop));
        } catch (UserError e) {
            return lines.end(Map.of("error", String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            return lines.end(Map.of("error", "internal error: " + e.getClass().getSimpleName()));
        } finally {
            turns.release();
        }
    }

    private static Map<String, @Nullable Object> ask(
            Question question, LineBuffer lines, QueryStop stop) {
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
            while (number < question.rows() && !lines.isFull() && rows.hasNext()) {
                lines.line(rows.next());
                number++;
            }
            boolean more = (number == question.rows() || lines.isFull()) && rows.hasNext();
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
