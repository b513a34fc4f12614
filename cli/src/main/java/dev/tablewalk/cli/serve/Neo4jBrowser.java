package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tablewalk.cypher.Checkpoint;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Neo4j Browser, as its jar has it. It makes styles and code as it runs and would load fonts and
 * report its use elsewhere: its policy allows the former, and of addresses only Bolt's.
 */
final class Neo4jBrowser implements HttpHandler {
    static final String PATH = "/browser/";

    private static final Pattern FILE =
            Pattern.compile("/browser/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/?)*");

    private final Files files;
    private final List<Integer> boltPorts;

    Neo4jBrowser(Files files, List<Checkpoint> checkpoints) {
        this.files = files;
        this.boltPorts = checkpoints.stream().map(Checkpoint::boltPort).toList();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Security-Policy", policy(exchange));
        files.send(exchange, resource(exchange.getRequestURI().getPath()));
    }

    /** Bolt is reached by the name that the page was. */
    private String policy(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host"); // the gate has looked at it
        String name = host.substring(0, host.lastIndexOf(':'));
        StringBuilder policy =
                new StringBuilder(
                        "default-src 'none'; script-src 'self' 'unsafe-eval' 'unsafe-inline';"
                                + " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
                                + " font-src 'self' data:; worker-src 'self' blob:; base-uri"
                                + " 'none'; form-action 'none'; frame-ancestors 'none';"
                                + " connect-src 'self'");
        for (int port : boltPorts) {
            for (String scheme : List.of("ws://", "http://")) {
                policy.append(' ').append(scheme).append(name).append(':').append(port);
            }
        }
        return policy.toString();
    }

    private static @Nullable String resource(String path) {
        if (!FILE.matcher(path).matches()) {
            return null;
        }
        return path.endsWith("/") ? path + "index.html" : path;
    }
}
