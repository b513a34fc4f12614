package dev.tablewalk.cli.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.cli.checks.CheckedGuest;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.dbms.BoltAccess;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.Ingest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An explorer with checkpoints, and a client that has the token. */
final class Serving implements AutoCloseable {
    static final String TOKEN = "open-sesame";
    static final String PASSWORD = "and close it again";
    static final ObjectMapper JSON = new ObjectMapper();

    final List<Checkpoint> checkpoints;
    final Explorer explorer;
    final HttpClient client = HttpClient.newHttpClient();

    private Serving(StoreHome home, List<Checkpoint> checkpoints, Duration limit) {
        this.checkpoints = checkpoints;
        explorer =
                Explorer.start(
                        "127.0.0.1",
                        0,
                        TOKEN,
                        new Served(home, checkpoints, QueryLibrary.builtIn(), limit));
    }

    /** An image's graph, under a name. */
    static GuestGraph graph(String name, Path image) {
        return Ingest.read(CheckedGuest.request(name, image, true, false), Progress.NONE);
    }

    /** Loads graphs into the store home of a folder, opens them and serves them. */
    static Serving of(Path folder, Duration limit, GuestGraph... graphs) {
        load(folder, graphs);
        return open(
                folder,
                limit,
                Arrays.stream(graphs).map(graph -> graph.checkpoint().name()).toList());
    }

    /** Loads graphs into the store home of a folder. */
    static void load(Path folder, GuestGraph... graphs) {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        for (GuestGraph graph : graphs) {
            home.load(graph.checkpoint().name(), graph, Progress.NONE);
        }
    }

    /** Serves what is in the store home of a folder. */
    static Serving open(Path folder, Duration limit, List<String> names) {
        return at(folder.resolve("home"), limit, names);
    }

    /** Serves what is in a store home. */
    static Serving at(Path folder, Duration limit, List<String> names) {
        StoreHome home = StoreHome.at(folder);
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (String name : names) {
            Checkpoint checkpoint = home.open(name);
            checkpoint.listen(new BoltAccess("127.0.0.1", 0, PASSWORD, limit));
            checkpoints.add(checkpoint);
        }
        return new Serving(home, List.copyOf(checkpoints), limit);
    }

    String origin() {
        return "http://127.0.0.1:" + explorer.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin() + path))
                .header("Authorization", "Bearer " + TOKEN);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(send(request(path).build()).body());
    }

    HttpRequest question(String path, Map<String, ?> question) throws IOException {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(question)))
                .build();
    }

    /** The lines of an answer. */
    List<JsonNode> ask(String cypher) throws IOException, InterruptedException {
        return lines(
                send(
                        question(
                                "/api/query",
                                Map.of(
                                        "checkpoint",
                                        checkpoints.getFirst().info().name(),
                                        "cypher",
                                        cypher))));
    }

    static List<JsonNode> lines(HttpResponse<String> response) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : response.body().lines().filter(one -> !one.isEmpty()).toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** What Cypher says of the first checkpoint, without a server. */
    List<List<@Nullable Object>> rows(String cypher) {
        return rows(checkpoints.getFirst(), cypher);
    }

    static List<List<@Nullable Object>> rows(Checkpoint checkpoint, String cypher) {
        List<List<@Nullable Object>> all = new ArrayList<>();
        try (Rows rows = checkpoint.query(cypher, Map.of())) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }

    /** The one number that a question comes to. */
    long number(String cypher) {
        return rows(cypher).getFirst().getFirst() instanceof Long number ? number : -1;
    }

    @Override
    public void close() {
        explorer.close();
        checkpoints.forEach(Checkpoint::close);
    }
}
