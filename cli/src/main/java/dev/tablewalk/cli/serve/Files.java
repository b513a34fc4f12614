package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Files in jars, sent to a browser; read once and kept. */
final class Files {
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("mjs", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("json", "application/json"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff", "font/woff"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("ttf", "font/ttf"));

    private final Map<String, byte[]> read = new ConcurrentHashMap<>();

    /**
     * Answers with a file.
     *
     * @param resource its absolute name on the class path; null if there is none
     */
    void send(HttpExchange exchange, @Nullable String resource) throws IOException {
        byte[] content = resource == null ? null : content(resource);
        if (resource == null || content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (!exchange.getRequestMethod().equals("GET")) {
            exchange.sendResponseHeaders(405, -1);
        } else {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Type",
                            TYPES.getOrDefault(
                                    resource.substring(resource.lastIndexOf('.') + 1),
                                    "application/octet-stream"));
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
        exchange.close();
    }

    private byte @Nullable [] content(String resource) throws IOException {
        byte[] known = read.get(resource);
        if (known != null) {
            return known;
        }
        try (InputStream in = Files.class.getResourceAsStream(resource)) {
            if (in == null) {
                return null;
            }
            byte[] content = in.readAllBytes();
            read.put(resource, content);
            return content;
        }
    }
}
