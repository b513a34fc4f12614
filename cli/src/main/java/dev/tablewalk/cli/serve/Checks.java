package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tablewalk.cli.report.CheckJson;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells how a checkpoint stands against the constraints: a line each, as it is known. A checkpoint
 * does not change, so each is asked once, when somebody first wants to know.
 */
final class Checks implements HttpHandler {
    private static final int ROWS = 100;
    private static final int LINE = 1 << 20;

    private final Served served;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();

    Checks(Served served) {
        this.served = served;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Run run;
        try {
            Checkpoint checkpoint = served.checkpoint(Request.of(exchange).text("checkpoint"));
            run =
                    runs.computeIfAbsent(
                            checkpoint.info().name(),
                            name -> Run.start(checkpoint, served.library()));
        } catch (UserError e) {
            Replies.refuse(exchange, e);
            return;
        }
        try (LineStream lines = LineStream.of(exchange)) {
            lines.write(new LineBuffer(LINE).end(Map.of("constraints", run.total)));
            for (int i = 0; i < run.total; i++) {
                lines.write(new LineBuffer(LINE).end(CheckJson.outcome(run.get(i))));
            }
        }
    }

    /** One checkpoint's constraints. */
    private static final class Run {
        private final int total;
        private final List<Outcome> known = new ArrayList<>();

        private Run(int total) {
            this.total = total;
        }

        static Run start(Checkpoint checkpoint, QueryLibrary library) {
            Subject subject = checkpoint.info().isDiff() ? Subject.DIFF : Subject.CHECKPOINT;
            List<SavedQuery> constraints = library.constraints(subject);
            Run run = new Run(constraints.size());
            Thread.ofPlatform()
                    .daemon()
                    .name("checks")
                    .start(
                            () ->
                                    new CheckRun(checkpoint, Map.of(), ROWS, Progress.NONE)
                                            .outcomes(constraints, run::add));
            return run;
        }

        private synchronized void add(Outcome outcome) {
            known.add(outcome);
            notifyAll();
        }

        synchronized Outcome get(int i) throws IOException {
            try {
                while (known.size() <= i) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("tablewalk serve is ending", e);
            }
            return known.get(i);
        }
    }
}
