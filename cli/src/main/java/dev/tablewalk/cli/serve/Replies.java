package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers that are one value. */
final class Replies {
    private Replies() {}

    static void json(HttpExchange exchange, Object value) throws IOException {
        send(exchange, 200, value);
    }

    static void refuse(HttpExchange exchange, UserError error) throws IOException {
        send(exchange, 400, Map.of("error", String.valueOf(error.getMessage())));
    }

    static void bytes(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        exchange.getResponseHeaders().set("Cache-Control", "private, max-age=3600");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void send(HttpExchange exchange, int status, Object value) throws IOException {
        StringWriter text = new StringWriter();
        new JsonText(new PrintWriter(text), Terminal.NONE).value(value);
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
