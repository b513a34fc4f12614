package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tablewalk.cli.report.InfoReport;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.util.Map;

/**
 * Tells of checkpoints: {@code /api/checkpoints} of those that were named, {@code
 * /api/checkpoints/NAME} of one, which may be a moment of their series and is opened then.
 */
final class Checkpoints implements HttpHandler {
    static final String PATH = "/api/checkpoints";

    private final Served served;

    Checkpoints(Served served) {
        this.served = served;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try {
            if (path.equals(PATH)) {
                Replies.json(exchange, served.checkpoints().stream().map(this::json).toList());
            } else if (path.startsWith(PATH + "/")) {
                String name = path.substring(PATH.length() + 1);
                Replies.json(exchange, json(served.checkpoint(name)));
            } else {
                throw UserError.input("no such thing is told of checkpoints");
            }
        } catch (UserError e) {
            Replies.refuse(exchange, e);
        }
    }

    private Map<String, Object> json(Checkpoint checkpoint) {
        Map<String, Object> json = InfoReport.json(checkpoint.info());
        json.put("diff", checkpoint.info().isDiff());
        json.put("bolt_port", checkpoint.boltPort());
        served.series(checkpoint.info().name())
                .ifPresent(series -> json.put("series", series.prefix()));
        return json;
    }
}
