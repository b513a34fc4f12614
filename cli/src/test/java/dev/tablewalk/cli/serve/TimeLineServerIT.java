package dev.tablewalk.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server tells of a series, and to what end. */
class TimeLineServerIT {
    private static final String LAST = MadeSeries.PREFIX + "-000006";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in serve()
    static Serving serving;

    @BeforeAll
    static void serve() throws IOException {
        MadeSeries.make(folder);
        Serving.load(folder, HostileGuest.graph(folder, "alone"));
        serving = Serving.open(folder, Duration.ofSeconds(60), List.of(LAST));
    }

    @AfterAll
    static void close() {
        serving.close();
    }

    private static HttpResponse<String> changes(String from, String to, int rows)
            throws IOException, InterruptedException {
        return serving.send(
                serving.question("/api/changes", Map.of("from", from, "to", to, "rows", rows)));
    }

    private static String refusal(HttpResponse<String> response) throws IOException {
        assertEquals(400, response.statusCode(), response.body());
        return Serving.JSON.readTree(response.body()).path("error").asText();
    }

    @Test
    void momentsAreToldInColumns() throws IOException, InterruptedException {
        JsonNode told = serving.get("/api/series/" + LAST);
        assertEquals("[1,2,3,4,5,6]", told.path("number").toString());
        assertEquals("[true,false,false,false,true,true]", told.path("whole").toString());
        assertEquals("[[2,1],[3,1]]", told.path("violations").path(MadeSeries.CONSTRAINT) + "");
        assertEquals("{}", told.path("unanswered").toString());
        assertEquals(0, told.path("left_off").asInt());
        for (JsonNode column : told.path("nodes")) {
            assertEquals(6, column.size());
        }
        JsonNode one = serving.get("/api/checkpoints/" + LAST);
        assertEquals(
                one.path("nodes").path("Task").asInt(),
                told.path("nodes").path("Task").get(5).asInt());
        assertEquals(MadeSeries.PREFIX, one.path("series").asText());
    }

    @Test
    void aMomentThatIsWholeIsOpenedWhenItIsAskedFor() throws IOException, InterruptedException {
        JsonNode first = serving.get("/api/checkpoints/guest-000001");
        assertEquals("guest-000001", first.path("name").asText());
        assertEquals(0, first.path("bolt_port").asInt());
        HttpResponse<String> answer =
                serving.send(
                        serving.question(
                                "/api/query",
                                Map.of(
                                        "checkpoint",
                                        "guest-000001",
                                        "cypher",
                                        "MATCH (t:Task) RETURN count(t)")));
        assertEquals(
                first.path("nodes").path("Task").asInt(),
                Serving.lines(answer).get(1).get(0).asInt());
        assertEquals(1, serving.get("/api/checkpoints").size(), "those that were named");
    }

    @Test
    void nothingOutsideTheSeriesIsOpened() throws IOException, InterruptedException {
        for (String name : List.of("alone", "guest-000002", "guest-000007", "other-000001")) {
            HttpResponse<String> response =
                    serving.send(serving.request("/api/checkpoints/" + name).build());
            assertTrue(refusal(response).contains(name), name);
        }
    }

    @Test
    void changesAreThoseThatWereKeptOrComeOfAComparison() throws IOException, InterruptedException {
        List<JsonNode> kept = Serving.lines(changes("guest-000005", LAST, 1000));
        assertFalse(kept.getFirst().path("compared").asBoolean());
        assertEquals("moment", kept.getFirst().path("columns").get(0).asText());
        assertEquals(kept.size() - 2, kept.getLast().path("rows").asInt());
        assertFalse(kept.getLast().path("more").asBoolean());

        List<JsonNode> compared = Serving.lines(changes("guest-000001", LAST, 3));
        assertTrue(compared.getFirst().path("compared").asBoolean());
        assertEquals(3, compared.getLast().path("rows").asInt());
        assertTrue(compared.getLast().path("more").asBoolean());
        assertTrue(
                compared.getLast().path("sums").toString().contains("[\"task\",\"added\",5,0]"),
                compared.getLast().toString());

        List<JsonNode> between = Serving.lines(changes("guest-000002", "guest-000005", 1000));
        assertFalse(between.getFirst().path("compared").asBoolean());
        assertEquals("guest-000003", between.get(1).get(0).asText());
        assertEquals("guest-000005", between.get(between.size() - 2).get(0).asText());
    }

    @Test
    void whatCannotBeToldIsSaidInALine() throws IOException, InterruptedException {
        for (List<String> wrong :
                List.of(
                        List.of(LAST, "guest-000001"),
                        List.of(LAST, LAST),
                        List.of("guest-000001", "guest-000009"),
                        List.of("guest-000001", "../../x"),
                        List.of("alone", LAST))) {
            String said = refusal(changes(wrong.getFirst(), wrong.getLast(), 10));
            assertFalse(said.isEmpty() || said.contains("\n"), said);
        }
    }

    /** A comparison leaves nothing behind. */
    @Test
    void nothingIsWritten() throws IOException, InterruptedException {
        List<String> before = files();
        assertEquals(200, changes("guest-000001", "guest-000005", 10).statusCode());
        assertEquals(before, files());
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("home/series"))) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
