package dev.tablewalk.cli.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.Main;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same within this process, byte by byte: what no client that behaves would send. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class McpServiceIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENDLESS =
            "UNWIND range(1, 2000000000) AS n RETURN count(n * n % 7)";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    private final PipedOutputStream in = new PipedOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @SuppressWarnings("NullAway.Init") // set before each test
    private BufferedReader out;

    @SuppressWarnings("NullAway.Init") // set before each test
    private CompletableFuture<Integer> exitCode;

    private static String home() {
        return folder.resolve("home").toString();
    }

    @BeforeAll
    static void load() {
        StoreHome home = StoreHome.at(folder.resolve("home"));
        home.load("guest", new HandMadeGuest("guest"), Progress.NONE);
    }

    @BeforeEach
    void start() throws IOException {
        PipedInputStream served = new PipedInputStream(in, 1 << 16);
        PipedInputStream read = new PipedInputStream(1 << 22);
        PipedOutputStream said = new PipedOutputStream(read);
        out = new BufferedReader(new InputStreamReader(read, StandardCharsets.UTF_8));
        exitCode =
                CompletableFuture.supplyAsync(
                        () ->
                                Main.run(
                                        served, said, err, "serve", "--mcp", "--home", home(),
                                        "--limit", "60"),
                        task -> Thread.ofPlatform().daemon().start(task));
    }

    /** It ends with its input, has said nothing elsewhere, and left nothing open. */
    @AfterEach
    void end() throws Exception {
        in.close();
        assertEquals(0, ended());
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        StoreHome.at(folder.resolve("home")).open("guest").close();
    }

    private int ended() throws InterruptedException, ExecutionException, TimeoutException {
        return exitCode.get(30, TimeUnit.SECONDS);
    }

    private void send(String line) throws IOException {
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private JsonNode receive() throws IOException {
        String line = out.readLine();
        assertNotNull(line);
        JsonNode message = JSON.readTree(line);
        assertEquals("2.0", message.path("jsonrpc").asText(), line);
        return message;
    }

    private void initialize() throws IOException {
        send(
                "{\"jsonrpc\":\"2.0\",\"id\":\"first\",\"method\":\"initialize\",\"params\":"
                        + "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
                        + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}");
        assertEquals("2025-06-18", receive().at("/result/protocolVersion").asText());
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    private void call(int id, String tool, Map<String, ?> arguments) throws IOException {
        send(
                JSON.writeValueAsString(
                        Map.of(
                                "jsonrpc",
                                "2.0",
                                "id",
                                id,
                                "method",
                                "tools/call",
                                "params",
                                Map.of("name", tool, "arguments", arguments))));
    }

    private JsonNode ask(int id, String cypher) throws IOException {
        call(id, "query", Map.of("checkpoint", "guest", "cypher", cypher));
        JsonNode response = receive();
        assertEquals(id, response.path("id").asInt(), response::toString);
        return response.path("result");
    }

    private void assertAnswers(int id) throws IOException {
        JsonNode result = ask(id, "RETURN 1 AS n");
        assertEquals("[{\"n\":1}]", result.at("/structuredContent/rows").toString());
    }

    private void assertRefused(int code, String line) throws IOException {
        send(line);
        JsonNode response = receive();
        assertEquals(code, response.at("/error/code").asInt(), response::toString);
    }

    @Test
    void whatIsNoMessageIsAnsweredAndTheNextOneToo() throws IOException {
        assertRefused(
                -32600,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list\"}}");
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        assertRefused(-32600, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
        initialize();
        assertRefused(-32600, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}");
        assertRefused(-32700, "GET / HTTP/1.1");
        assertRefused(-32700, "{\"jsonrpc\":\"2.0\",\"id\":1,");
        assertRefused(-32700, "{} {}");
        assertRefused(-32700, "[".repeat(500_000));
        assertRefused(-32700, "\"\u0000\"");
        in.write(new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"', '\n'});
        assertEquals(-32700, receive().at("/error/code").asInt());
        assertRefused(-32600, "[]");
        assertRefused(-32600, "null");
        assertRefused(-32600, "{\"id\":1,\"method\":\"ping\"}");
        assertRefused(-32600, "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}");
        assertRefused(-32600, "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}");
        assertRefused(-32600, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":[]}");
        assertRefused(-32601, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/list\"}");
        assertRefused(
                -32600,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                        + "x".repeat(3_000_000)
                        + "\"}}");
        send("");
        send("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}");
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unheard_of\",\"params\":[1]}");
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}");
        send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":[]}}");
        send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
        send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":7}");
        assertTrue(receive().has("error"));
        send("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\"}");
        assertTrue(receive().has("error"));
        assertAnswers(4);
    }

    @Test
    void wrongArgumentsAreErrorsOfTheTool() throws IOException {
        initialize();
        List<Map<String, Object>> wrong =
                List.of(
                        Map.of("checkpoint", "guest"),
                        Map.of("checkpoint", 1, "cypher", "RETURN 1"),
                        Map.of("checkpoint", "guest", "cypher", "RETURN 1", "rows", -1),
                        Map.of("checkpoint", "guest", "cypher", "RETURN 1", "rows", 1_000_000),
                        Map.of("checkpoint", "guest", "cypher", "RETURN 1", "nonsense", true),
                        Map.of("checkpoint", "guest", "cypher", "RETURN 1", "parameters", "x"),
                        Map.of("checkpoint", "../guest", "cypher", "RETURN 1"),
                        Map.of("checkpoint", "guest", "cypher", "MTCH"),
                        Map.of("checkpoint", "guest", "cypher", "RETURN $a"),
                        Map.of("checkpoint", "guest", "cypher", "CALL dbms.listConfig()"),
                        Map.of(
                                "checkpoint",
                                "guest",
                                "cypher",
                                "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line"),
                        Map.of("checkpoint", "guest", "cypher", "CREATE INDEX FOR (n:T) ON (n.a)"));
        for (int i = 0; i < wrong.size(); i++) {
            call(i, "query", wrong.get(i));
            JsonNode result = receive().path("result");
            assertTrue(result.path("isError").asBoolean(), wrong.get(i) + ": " + result);
            assertEquals(1, result.at("/content/0/text").asText().lines().count());
        }
        call(50, "saved_query", Map.of("checkpoint", "guest", "id", "nothing"));
        assertTrue(receive().at("/result/isError").asBoolean());
        call(51, "check", Map.of("checkpoint", "guest", "constraints", List.of("tasks")));
        assertTrue(receive().at("/result/isError").asBoolean());
        assertAnswers(99);
    }

    @Test
    void whatAGuestWroteIsSeenAndIntegersAreExact() throws IOException {
        initialize();
        JsonNode names = ask(1, "MATCH (t:Task {pid: 7}) RETURN t.comm AS comm");
        assertEquals(
                "[{\"comm\":\"\\\\x1b[31mred\"}]", names.at("/structuredContent/rows").toString());
        JsonNode row =
                ask(
                                2,
                                "RETURN 9223372036854775807 AS most, -9007199254740993 AS less,"
                                        + " 9007199254740991 AS exact, 'a\\u202eb\\n"
                                        + "\\u0000' AS text")
                        .at("/structuredContent/rows/0");
        assertEquals(
                "{\"most\":\"9223372036854775807\",\"less\":\"-9007199254740993\","
                        + "\"exact\":9007199254740991,\"text\":\"a\\\\u202eb\\\\n\\\\x00\"}",
                row.toString());
    }

    @Test
    void anAnswerIsBoundedAndSaysSo() throws IOException {
        initialize();
        JsonNode rows = ask(1, "UNWIND range(1, 500) AS n RETURN n").path("structuredContent");
        assertEquals(100, rows.path("rows").size());
        assertEquals(100, rows.path("shown").asInt());
        assertEquals(400, rows.path("left_out").asInt());
        assertFalse(rows.has("left_out_at_least"));
        JsonNode bytes =
                ask(
                                2,
                                "WITH reduce(s = 'x', i IN range(1, 15) | s + s) AS long"
                                        + " UNWIND range(1, 10) AS n RETURN n, long")
                        .path("structuredContent");
        assertEquals(3, bytes.path("shown").asInt());
        assertEquals(7, bytes.path("left_out").asInt());
        assertTrue(bytes.path("note").asText().contains("100000 bytes"), bytes::toString);
        JsonNode endless =
                ask(3, "UNWIND range(1, 2000000000) AS n RETURN n").path("structuredContent");
        assertEquals(100, endless.path("shown").asInt());
        assertTrue(endless.path("left_out_at_least").asBoolean(), endless::toString);
        call(4, "check", Map.of("checkpoint", "guest", "rows", 0));
        assertEquals(0, receive().at("/result/structuredContent/constraints/0/shown").asInt(-1));
    }

    /** More wait than there are turns: those that are too many are told so, the others answered. */
    @Test
    void aFloodIsRefusedInPart() throws IOException {
        initialize();
        assertAnswers(0);
        List<Integer> flood = new ArrayList<>();
        for (int id = 1; id <= 4; id++) {
            call(id, "query", Map.of("checkpoint", "guest", "cypher", ENDLESS));
        }
        for (int id = 5; id <= 104; id++) {
            call(id, "query", Map.of("checkpoint", "guest", "cypher", "RETURN 1 AS n"));
        }
        call(1, "query", Map.of("checkpoint", "guest", "cypher", "RETURN 1 AS n"));
        for (int i = 0; i < 37; i++) { // 64 wait
            JsonNode response = receive();
            assertEquals(-32600, response.at("/error/code").asInt(), response::toString);
        }
        for (int id = 1; id <= 4; id++) {
            send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                            + id
                            + "}}");
        }
        for (int i = 0; i < 64; i++) {
            JsonNode response = receive();
            assertTrue(response.has("result"), response::toString);
            flood.add(response.path("id").asInt());
        }
        assertFalse(flood.contains(1));
        assertAnswers(200);
    }

    @Test
    void theEndOfTheInputStopsWhatIsAsked() throws Exception {
        initialize();
        assertAnswers(1);
        call(2, "query", Map.of("checkpoint", "guest", "cypher", ENDLESS));
        call(3, "check", Map.of("checkpoint", "guest"));
        in.close();
        long begin = System.nanoTime();
        assertEquals(0, ended());
        assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void saysWhatIsWrongInALine() {
        assertWrong("--port goes without --mcp", "--home", home(), "--port", "1");
        assertWrong("--no-bolt goes without --mcp", "--home", home(), "--no-bolt");
        assertWrong("no checkpoint 'nobody'", "--home", home(), "nobody");
        assertWrong("--limit takes", "--home", home(), "--limit", "0");
        assertWrong("no store home", "--home", folder.resolve("nowhere").toString());
    }

    private static void assertWrong(String message, String... more) {
        List<String> args = new ArrayList<>(List.of("serve", "--mcp"));
        args.addAll(List.of(more));
        Cli run = Cli.run(args.toArray(String[]::new));
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run::err);
        assertTrue(run.err().contains(message), run::err);
    }
}
