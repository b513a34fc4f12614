package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A response of one JSON value a line, sent as it grows. What is written after the reader has gone
 * fails, so a question can be given up that nobody waits for any more.
 */
final class LineStream implements Closeable {
    private static final int BUFFER = 32 << 10;

    private final HttpExchange exchange;
    private final OutputStream out;
    private final PrintWriter writer;
    private final JsonText json;

    private LineStream(HttpExchange exchange) {
        this.exchange = exchange;
        this.out = new BufferedOutputStream(exchange.getResponseBody(), BUFFER);
        this.writer = new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.json = new JsonText(writer, Terminal.NONE);
    }

    /** Begins the response. */
    static LineStream of(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, 0);
        return new LineStream(exchange);
    }

    /** Writes a line; it may be held back until there are more. */
    synchronized void line(@Nullable Object value) throws IOException {
        json.value(value);
        writer.write('\n');
        require(writer.checkError());
    }

    /** Sends what was held back, and an empty line if that was nothing. */
    synchronized void flush() throws IOException {
        writer.write('\n');
        writer.flush();
        require(writer.checkError());
    }

    private static void require(boolean failed) throws IOException {
        if (failed) {
            throw new IOException("the page was closed");
        }
    }

    @Override
    public synchronized void close() {
        writer.close();
        exchange.close();
    }
}
