package dev.tablewalk.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.cli.training.HandMadeGuest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server answers, and to whom. */
class ExplorerServerIT {
    private static final String ENDLESS = "UNWIND range(1, 1000000000000) AS n RETURN sum(n)";
    private static final int LIMIT_SECONDS = 5;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in serve()
    static Serving serving;

    @BeforeAll
    static void serve() {
        serving = Serving.of(folder, Duration.ofSeconds(LIMIT_SECONDS), new HandMadeGuest("guest"));
    }

    @AfterAll
    static void close() {
        serving.close();
    }

    /** A request as bytes, since a client of a library sets its own Host. */
    private static String raw(String method, String path, String... headers) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getByAddress(LOOPBACK), serving.explorer.port())) {
            StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            for (String header : headers) {
                request.append(header.replace("PORT", "" + serving.explorer.port())).append("\r\n");
            }
            request.append("Connection: close\r\nContent-Length: 0\r\n\r\n");
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            socket.setSoTimeout(10_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String response) {
        return Integer.parseInt(response.split(" ", 3)[1]);
    }

    private static final String OURS = "Host: 127.0.0.1:PORT";
    private static final String BEARER = "Authorization: Bearer " + Serving.TOKEN;
    private static final String COOKIE = "Cookie: tablewalk-PORT=" + Serving.TOKEN;

    @Test
    void whoHasTheTokenIsLetIn() throws IOException {
        assertEquals(200, status(raw("GET", "/", OURS, BEARER)));
        assertEquals(
                200,
                status(raw("GET", "/", OURS, "Cookie: other=1; tablewalk-PORT=" + Serving.TOKEN)));
        assertEquals(200, status(raw("GET", "/", "Host: localhost:PORT", BEARER)));
        String link = raw("GET", "/?token=" + Serving.TOKEN, OURS);
        assertEquals(303, status(link));
        assertTrue(link.contains("HttpOnly; SameSite=Strict"), link);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/app/main.js",
                "/api/checkpoints",
                "/api/checkpoints/guest",
                "/api/series/guest",
                "/api/frames/guest/kind",
                "/?token="
            })
    void whoHasNoTokenSeesNothing(String path) throws IOException {
        String response = raw("GET", path, OURS);
        assertEquals(401, status(response));
        assertFalse(response.contains("guest"), response);
        assertEquals(401, status(raw("GET", path, OURS, BEARER + "x")));
        assertEquals(401, status(raw("GET", path, OURS, "Cookie: tablewalk-PORT=x")));
    }

    /** Whoever brings the cookie: the browser does so for any page. */
    private static int asked(String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(COOKIE));
        all.addAll(List.of(headers));
        return status(raw("GET", "/api/checkpoints", all.toArray(String[]::new)));
    }

    @Test
    void anotherSitesPageIsNotAnswered() throws IOException {
        assertEquals(
                200, asked(OURS, "Sec-Fetch-Site: same-origin", "Origin: http://127.0.0.1:PORT"));
        assertEquals(403, asked("Host: evil.example:PORT"));
        assertEquals(403, asked("Host: evil.example"));
        assertEquals(403, asked("Host: 127.0.0.1:1"));
        assertEquals(403, asked("Host:"));
        assertEquals(403, asked(OURS, "Origin: http://evil.example"));
        assertEquals(403, asked(OURS, "Origin: null"));
        assertEquals(403, asked(OURS, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"));
        // Another server on this machine is the same site to a browser.
        assertEquals(403, asked(OURS, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"));
    }

    @Test
    void everyAnswerIsHardened() throws IOException {
        String response = raw("GET", "/", OURS, BEARER);
        assertTrue(response.contains("Content-security-policy: default-src 'none'"), response);
        assertTrue(response.contains("X-content-type-options: nosniff"), response);
        assertFalse(response.toLowerCase(Locale.ROOT).contains("access-control"), response);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/app/../check.html",
                "/app/%2e%2e/report/check.html",
                "/app/main.js/x",
                "/lib/passwd",
                "/api/frames/guest/kind/0/0/-1",
                "/api/frames/guest/../../etc",
                "/api/checkpoints/",
                "/api/checkpoints/../guest",
                "/api/series/guest",
                "/api/series/",
                "/api/series/..-000001",
                "/nothing"
            })
    void nothingElseIsGivenOut(String path) throws IOException {
        int status = status(raw("GET", path, OURS, BEARER));
        assertTrue(status == 404 || status == 400, path + ": " + status);
    }

    @Test
    void aQuestionIsPostedAsJson() throws IOException, InterruptedException {
        assertEquals(400, status(raw("GET", "/api/query", OURS, BEARER)));
        HttpRequest form =
                serving.request("/api/query")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{\"checkpoint\": \"guest\"}"))
                        .build();
        assertEquals(400, serving.send(form).statusCode());
    }

    @Test
    void answersAreWhatCypherSays() throws IOException, InterruptedException {
        String cypher = "MATCH (t:Task) RETURN t.pid AS pid, t.comm AS comm ORDER BY pid";
        List<JsonNode> lines = serving.ask(cypher);
        assertEquals("[\"pid\",\"comm\"]", lines.getFirst().get("columns").toString());
        List<List<Object>> rows = new ArrayList<>();
        for (JsonNode line : lines.subList(1, lines.size() - 1)) {
            rows.add(List.of(line.get(0).longValue(), line.get(1).textValue()));
        }
        assertEquals(serving.rows(cypher), rows);
        assertEquals(rows.size(), lines.getLast().get("rows").intValue());
        assertFalse(lines.getLast().get("more").booleanValue());
    }

    @Test
    void integersKeepAllTheirBits() throws IOException, InterruptedException {
        List<JsonNode> lines = serving.ask("RETURN -9223372036854775807 AS n");
        assertEquals("-9223372036854775807", lines.get(1).get(0).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE (n) RETURN n",
                "MATCH (n) SET n.x = 1",
                "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
                "MATCH (t:Task"
            })
    void whatCannotBeAskedIsSaidInALine(String cypher) throws IOException, InterruptedException {
        List<JsonNode> lines = serving.ask(cypher);
        assertTrue(lines.stream().noneMatch(JsonNode::isArray), lines::toString);
        assertTrue(lines.getLast().get("error").textValue().length() > 10);
    }

    @Test
    void anEndlessQuestionIsStoppedAtTheLimit() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () ->
                        assertEquals(
                                "the query was stopped after " + LIMIT_SECONDS + " s, the limit",
                                serving.ask(ENDLESS).getLast().get("error").textValue()));
    }

    @Test
    void tenAtOnceAreAllAnsweredBesideEndlessOnes() throws Exception {
        HttpRequest endless =
                serving.question("/api/query", Map.of("checkpoint", "guest", "cypher", ENDLESS));
        CompletableFuture<HttpResponse<String>> held =
                serving.client.sendAsync(endless, BodyHandlers.ofString());
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(
                    serving.client.sendAsync(
                            serving.question(
                                    "/api/query",
                                    Map.of(
                                            "checkpoint",
                                            "guest",
                                            "cypher",
                                            "MATCH (t:Task) RETURN count(t) + $n AS n",
                                            "parameters",
                                            Map.of("n", i))),
                            BodyHandlers.ofString()));
        }
        long tasks = serving.number("MATCH (t:Task) RETURN count(t)");
        for (int i = 0; i < 10; i++) {
            assertEquals(tasks + i, Serving.lines(all.get(i).get()).get(1).get(0).longValue());
        }
        assertTrue(held.get().body().contains("the limit"));
    }

    @Test
    void aReaderThatGoesEndsItsQuestion() throws Exception {
        HttpRequest long_ =
                serving.question(
                        "/api/query",
                        Map.of(
                                "checkpoint",
                                "guest",
                                "cypher",
                                "UNWIND range(1, 1000000000) AS n RETURN n, 'row ' + n",
                                "rows",
                                1_000_000));
        HttpResponse<InputStream> response =
                serving.client.send(long_, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertEquals(100, body.readNBytes(100).length);
        }
        assertEquals(1, serving.ask("RETURN 1").get(1).get(0).intValue());
    }

    @Test
    void readersThatDoNotReadKeepNobodyFromAsking() throws Exception {
        String question =
                "{\"checkpoint\": \"guest\", \"rows\": 300000, \"cypher\":"
                        + " \"UNWIND range(1, 300000) AS n RETURN n, 'a row of the answer'\"}";
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                Socket socket =
                        new Socket(InetAddress.getByAddress(LOOPBACK), serving.explorer.port());
                idle.add(socket);
                String request =
                        "POST /api/query HTTP/1.1\r\nHost: 127.0.0.1:"
                                + serving.explorer.port()
                                + "\r\n"
                                + BEARER
                                + "\r\nContent-Type: application/json\r\nContent-Length: "
                                + question.length()
                                + "\r\n\r\n"
                                + question;
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            }
            assertTimeoutPreemptively(
                    Duration.ofSeconds(60),
                    () -> {
                        for (int i = 0; i < 10; i++) {
                            assertEquals(i, serving.ask("RETURN " + i).get(1).get(0).intValue());
                        }
                    });
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void checksAreToldAsTheyAreKnownAndTheSameEachTime() throws IOException, InterruptedException {
        HttpRequest request = serving.question("/api/checks", Map.of("checkpoint", "guest"));
        List<JsonNode> lines = Serving.lines(serving.send(request));
        assertEquals(lines.getFirst().get("constraints").intValue(), lines.size() - 1);
        assertTrue(lines.size() > 40);
        assertEquals(lines, Serving.lines(serving.send(request)));
    }

    @Test
    void memoryIsGivenInTiles() throws IOException, InterruptedException {
        JsonNode description = serving.get("/api/frames/guest/kind");
        assertEquals(4096, description.get("page_size").intValue());
        HttpResponse<byte[]> tile =
                serving.client.send(
                        serving.request("/api/frames/guest/kind/0/0/0").build(),
                        BodyHandlers.ofByteArray());
        assertEquals(256 * 256, tile.body().length);
    }

    @Test
    void wordsAreThoseOfTheGraph() throws IOException, InterruptedException {
        JsonNode words = serving.get("/api/schema");
        assertTrue(words.get("labels").toString().contains("\"PageTable\""));
        assertTrue(words.get("types").toString().contains("\"POINTS_TO\""));
        assertTrue(words.get("properties").toString().contains("\"pgtables_bytes\""));
    }
}
