package dev.tablewalk.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives out the page: its own files, and those of the libraries that it uses, all from jars. */
final class Assets implements HttpHandler {
    private static final String OWN = "/dev/tablewalk/cli/explorer/";
    private static final Pattern OWN_NAME = Pattern.compile("[a-z0-9-]+\\.(html|js|css|svg)");

    /** What is used of each library: the name here, and where its WebJar has it. */
    private static final Map<String, Library> LIBRARIES =
            Map.of(
                    "codemirror.js", new Library("codemirror", "lib/codemirror.js"),
                    "codemirror.css", new Library("codemirror", "lib/codemirror.css"),
                    "codemirror-cypher.js", new Library("codemirror", "mode/cypher/cypher.js"),
                    "show-hint.js", new Library("codemirror", "addon/hint/show-hint.js"),
                    "show-hint.css", new Library("codemirror", "addon/hint/show-hint.css"),
                    "cytoscape.js", new Library("cytoscape", "dist/cytoscape.esm.min.mjs"),
                    "uplot.js", new Library("uplot", "dist/uPlot.iife.min.js"),
                    "uplot.css", new Library("uplot", "dist/uPlot.min.css"));

    private record Library(String artifact, String file) {
        String resource() {
            String maven = "/META-INF/maven/org.webjars.npm/" + artifact + "/pom.properties";
            try (InputStream in = Assets.class.getResourceAsStream(maven)) {
                Properties properties = new Properties();
                if (in != null) {
                    properties.load(in);
                }
                return "/META-INF/resources/webjars/"
                        + artifact
                        + "/"
                        + properties.getProperty("version")
                        + "/"
                        + file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Files files;

    Assets(Files files) {
        this.files = files;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        files.send(exchange, resource(exchange.getRequestURI().getPath()));
    }

    private static @Nullable String resource(String path) {
        if (path.equals("/")) {
            return OWN + "index.html";
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (path.equals("/app/" + name) && OWN_NAME.matcher(name).matches()) {
            return OWN + name;
        }
        Library library = path.equals("/lib/" + name) ? LIBRARIES.get(name) : null;
        return library == null ? null : library.resource();
    }
}
