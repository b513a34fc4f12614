package dev.tablewalk.cli.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.client.Client;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The protocol's official client starts the server as an assistant does, asks each tool, and gets
 * what commands print.
 */
@NeedsNode
@ParameterizedClass
@ValueSource(strings = {"off", "on"})
class McpIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path LAUNCHER = Path.of("..", "tablewalk").toAbsolutePath().normalize();
    private static final Path CLIENT = Path.of("target", "mcp").toAbsolutePath();
    private static final String ENDLESS =
            "UNWIND range(1, 2000000000) AS n RETURN count(n * n % 7)";

    @Parameter
    @SuppressWarnings("NullAway.Init") // set by JUnit
    String daemon;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    private static String home() {
        return folder.resolve("home").toString();
    }

    @BeforeAll
    static void prepare() throws IOException, InterruptedException {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        if (!home.list().isEmpty()) {
            return; // of the other way to run
        }
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
        home.load("other", new HandMadeGuest("other"), Progress.NONE);
        Files.createDirectories(CLIENT);
        for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
            Files.write(
                    CLIENT.resolve(file), Files.readAllBytes(Path.of("src", "test", "mcp", file)));
        }
        Process npm =
                new ProcessBuilder(
                                "npm",
                                "ci",
                                "--prefer-offline",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund")
                        .directory(CLIENT.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, npm.waitFor(), said);
    }

    /** Waits for the servers' end, which may come a moment after their clients'. */
    @AfterAll
    static void stop() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> Client.stop(folder.resolve("home"), false, _ -> {}),
                "a server runs still");
    }

    private Process start(String steps, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("node", "client.mjs", LAUNCHER.toString(), "serve", "--mcp"));
        command.addAll(List.of("--home", home()));
        command.addAll(List.of(more));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(CLIENT.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("TABLEWALK_AOT", "off"); // it takes a minute to make
        builder.environment().put("TABLEWALK_DAEMON", daemon);
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(steps.getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }

    private static List<JsonNode> results(Process process)
            throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it does not end");
        assertEquals(0, process.exitValue(), out);
        JsonNode all = JSON.readTree(out);
        assertEquals("[]", all.get("heard").toString());
        List<JsonNode> results = new ArrayList<>();
        all.get("results").forEach(results::add);
        return results;
    }

    private static Map<String, Object> call(String tool, Map<String, ?> arguments) {
        return Map.of("call", Map.of("name", tool, "arguments", arguments));
    }

    private static String steps(Object... steps) throws IOException {
        return JSON.writeValueAsString(steps);
    }

    /** An answer's object, which its text must be, too. */
    private static JsonNode answer(JsonNode result) throws IOException {
        assertFalse(result.path("isError").asBoolean(true), result::toString);
        JsonNode answer = result.get("structuredContent");
        assertEquals(answer, JSON.readTree(result.at("/content/0/text").asText()));
        return answer;
    }

    private static String error(JsonNode result) {
        assertTrue(result.path("isError").asBoolean(), result::toString);
        return result.at("/content/0/text").asText();
    }

    /** What a command prints, as the protocol carries it. */
    private static JsonNode printed(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--home", home(), "--format", "json"));
        Cli run = Cli.run(all.toArray(String[]::new));
        assertTrue(run.exitCode() <= 1, run::toString);
        return JSON.valueToTree(Plain.of(JSON.readValue(run.out(), Object.class)));
    }

    @Test
    void toolsAnswerAsCommandsDo() throws IOException, InterruptedException {
        String tasks = "MATCH (t:Task) RETURN t.pid AS pid, t.comm AS comm ORDER BY pid";
        String one = "MATCH (t:Task {pid: $pid}) RETURN t.comm AS comm";
        List<JsonNode> results =
                results(
                        start(
                                steps(
                                        Map.of("list", true),
                                        call("list", Map.of()),
                                        call("schema", Map.of()),
                                        call(
                                                "query",
                                                Map.of("checkpoint", "guest", "cypher", tasks)),
                                        call(
                                                "query",
                                                Map.of(
                                                        "checkpoint",
                                                        "other",
                                                        "cypher",
                                                        one,
                                                        "parameters",
                                                        Map.of("pid", 1))),
                                        call("saved_queries", Map.of()),
                                        call("saved_queries", Map.of("id", "who_maps_frame")),
                                        call(
                                                "saved_query",
                                                Map.of(
                                                        "checkpoint",
                                                        "guest",
                                                        "id",
                                                        "who_maps_frame",
                                                        "parameters",
                                                        Map.of("pa", "0x40001000"))),
                                        call("check", Map.of("checkpoint", "guest", "rows", 20)),
                                        call(
                                                "walk",
                                                Map.of(
                                                        "checkpoint",
                                                        "guest",
                                                        "pid",
                                                        1,
                                                        "va",
                                                        "0xaaaab0c81000")))));
        stop(); // so that this process can open the checkpoints
        assertEquals("tablewalk", results.getFirst().at("/server/name").asText());
        assertTrue(results.getFirst().get("instructions").asText().contains("untrusted data"));
        assertTools(results.get(1).get("tools"));
        assertEquals(
                List.of("guest", "other"),
                answer(results.get(2)).get("checkpoints").findValuesAsText("name"));
        assertEquals(
                printed("list").get(0).get("kernel"),
                answer(results.get(2)).at("/checkpoints/0/kernel"));
        assertTrue(answer(results.get(3)).get("nodes").findValuesAsText("label").contains("Task"));
        assertTrue(results.get(3).toString().contains("CALL tw.walk(pid, va) YIELD step"));
        assertEquals(printed("query", "guest", tasks), answer(results.get(4)).get("rows"));
        assertEquals(
                printed("query", "other", one, "-p", "pid=1"), answer(results.get(5)).get("rows"));
        assertEquals(
                printed("queries").get("queries").findValuesAsText("title"),
                answer(results.get(6)).get("queries").findValuesAsText("title"));
        assertEquals(printed("queries", "who_maps_frame"), answer(results.get(7)).at("/queries/0"));
        assertEquals(
                printed("query", "guest", "--saved", "who_maps_frame", "-p", "pa=0x40001000"),
                answer(results.get(8)).get("rows"));
        assertEquals(
                withoutTimes(printed("check", "guest").get("constraints")),
                withoutTimes(answer(results.get(9)).get("constraints")));
        assertEquals(
                printed("walk", "guest", "--pid", "1", "0xaaaab0c81000"),
                answer(results.get(10)).get("steps"));
    }

    private static void assertTools(JsonNode tools) {
        assertEquals(
                new TreeSet<>(
                        List.of(
                                "list",
                                "schema",
                                "query",
                                "saved_queries",
                                "saved_query",
                                "check",
                                "walk")),
                new TreeSet<>(tools.findValuesAsText("name")));
        for (JsonNode tool : tools) {
            assertTrue(tool.at("/annotations/readOnlyHint").asBoolean(), tool::toString);
            assertEquals("object", tool.at("/inputSchema/type").asText(), tool::toString);
            assertEquals("object", tool.at("/outputSchema/type").asText(), tool::toString);
        }
    }

    private static JsonNode withoutTimes(JsonNode outcomes) {
        outcomes.forEach(outcome -> ((ObjectNode) outcome).remove("seconds"));
        return outcomes;
    }

    @Test
    void whatWouldWriteOrRunForEverIsRefused() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<JsonNode> results =
                results(
                        start(
                                steps(
                                        call(
                                                "query",
                                                Map.of(
                                                        "checkpoint",
                                                        "guest",
                                                        "cypher",
                                                        "CREATE (n:Task) RETURN n")),
                                        call(
                                                "query",
                                                Map.of("checkpoint", "guest", "cypher", ENDLESS)),
                                        call("query", Map.of("checkpoint", "guest")),
                                        call(
                                                "query",
                                                Map.of("checkpoint", 1, "cypher", "RETURN 1")),
                                        call("nothing", Map.of()),
                                        call(
                                                "walk",
                                                Map.of("checkpoint", "other", "pid", 1, "va", "x")),
                                        call("list", Map.of())),
                                "guest",
                                "--limit",
                                "3"));
        assertTrue(error(results.get(1)).contains("does not change"), results::toString);
        assertEquals("the query was stopped after 3 s, the limit", error(results.get(2)));
        assertTrue(error(results.get(3)).contains("cypher"), results::toString);
        assertTrue(error(results.get(4)).contains("string expected"), results::toString);
        assertTrue(results.get(5).get("failed").asText().contains("Unknown tool"));
        assertTrue(error(results.get(6)).contains("x is not an address"), results::toString);
        assertEquals(
                List.of("guest"),
                answer(results.get(7)).get("checkpoints").findValuesAsText("name"));
        assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(60));
    }

    /** Else a question of the limit's length would be before the next in each of four turns. */
    @Test
    void whatIsCancelledStops() throws IOException, InterruptedException {
        List<Object> steps = new ArrayList<>();
        steps.add(call("query", Map.of("checkpoint", "guest", "cypher", "RETURN 1 AS one")));
        for (int i = 0; i < 6; i++) {
            steps.add(
                    Map.of(
                            "call",
                            Map.of(
                                    "name",
                                    "query",
                                    "arguments",
                                    Map.of("checkpoint", "guest", "cypher", ENDLESS)),
                            "cancelAfter",
                            300));
        }
        steps.add(call("query", Map.of("checkpoint", "guest", "cypher", "RETURN 2 AS two")));
        long begin = System.nanoTime();
        List<JsonNode> results = results(start(steps(steps.toArray()), "--limit", "600"));
        assertEquals("[{\"one\":1}]", answer(results.get(1)).get("rows").toString());
        assertTrue(results.get(2).has("failed"), results::toString);
        assertEquals("[{\"two\":2}]", answer(results.getLast()).get("rows").toString());
        assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(90));
    }

    @Test
    void severalServersAnswerAtOnce() throws IOException, InterruptedException {
        String steps =
                steps(
                        call("query", Map.of("checkpoint", "guest", "cypher", "RETURN 1 AS n")),
                        call("query", Map.of("checkpoint", "other", "cypher", "RETURN 1 AS n")));
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start(steps));
        }
        for (Process process : processes) {
            List<JsonNode> results = results(process);
            assertEquals("[{\"n\":1}]", answer(results.get(1)).get("rows").toString());
            assertEquals("[{\"n\":1}]", answer(results.get(2)).get("rows").toString());
        }
    }
}
