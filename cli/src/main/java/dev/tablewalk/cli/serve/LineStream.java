package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A response of one JSON value a line, sent as it grows. What is written after the reader has gone
 * fails, so a question can be given up that nobody waits for any more.
 */
final class LineStream implements Closeable {
    private final HttpExchange exchange;
    private final OutputStream out;
    private boolean closed;

    private LineStream(HttpExchange exchange) {
        this.exchange = exchange;
        this.out = exchange.getResponseBody();
    }

    /** Begins the response. */
    static LineStream of(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, 0);
        return new LineStream(exchange);
    }

    /** Sends lines; waits for a reader that is slow. */
    synchronized void write(LineBuffer lines) throws IOException {
        lines.writeTo(out);
        out.flush();
    }

    /**
     * Sends an empty line, which readers pass over.
     *
     * @return false if the response has ended
     */
    synchronized boolean pulse() throws IOException {
        if (closed) {
            return false;
        }
        out.write('\n');
        out.flush();
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        exchange.close();
    }
}
