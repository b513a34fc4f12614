package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tablewalk.cli.report.MomentColumns;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.graph.UserError;
import java.io.IOException;

/**
 * The time line that a checkpoint is a moment of: {@code /api/series/CHECKPOINT}. Its file of
 * moments is read each time, since it grows.
 */
final class TimeLines implements HttpHandler {
    static final String PATH = "/api/series/";

    /** The last moments are told; of those before them, how many there are. */
    private static final int MOST_MOMENTS = 10_000;

    private final Served served;

    TimeLines(Served served) {
        this.served = served;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            String path = exchange.getRequestURI().getPath();
            String name = path.substring(Math.min(path.length(), PATH.length()));
            Series series =
                    served.series(name)
                            .orElseThrow(
                                    () ->
                                            UserError.input(
                                                    "'" + name + "' is of no series served here"));
            Replies.json(exchange, MomentColumns.json(series, MOST_MOMENTS));
        } catch (UserError e) {
            Replies.refuse(exchange, e);
        }
    }
}
