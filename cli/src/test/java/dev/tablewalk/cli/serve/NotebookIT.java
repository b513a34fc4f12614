package dev.tablewalk.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.cli.Notebook;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notebook of the pages runs on a real guest, and its tables are what the store says. */
@NeedsNotebook
@NeedsLabGuest(NotebookIT.GUEST)
class NotebookIT {
    static final String GUEST = "arm64-6.1";

    private static final Path ENVIRONMENT = Path.of("target", "notebook").toAbsolutePath();
    private static final String PYTHON = ENVIRONMENT.resolve("bin/python").toString();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in execute()
    static Serving serving;

    /** As it is stored. */
    @SuppressWarnings("NullAway.Init") // set in execute()
    static Notebook stored;

    /** The cells that the stored one has, as they were executed. */
    @SuppressWarnings("NullAway.Init") // set in execute()
    static List<JsonNode> cells;

    /** The data frames after the last cell, by the variables that hold them. */
    @SuppressWarnings("NullAway.Init") // set in execute()
    static JsonNode frames;

    @BeforeAll
    static void execute() throws IOException, InterruptedException {
        serving =
                Serving.of(
                        folder,
                        Duration.ofSeconds(60),
                        Serving.graph("mine", LabGuests.require(GUEST).image(1)));
        install();
        stored = Notebook.example();
        Notebook notebook = Notebook.example();
        notebook.addCode(
                "frames",
                """
                import json
                frames = {name: value for name, value in globals().items() if isinstance(value, pd.DataFrame)}
                print(json.dumps({name: json.loads(frame.to_json(orient="split")) for name, frame in frames.items()}))
                """);
        notebook.write(folder.resolve("asked.ipynb"));
        run(
                PYTHON,
                "-m",
                "nbconvert",
                "--to",
                "notebook",
                "--execute",
                "--ExecutePreprocessor.timeout=60",
                "--output",
                "answered.ipynb",
                folder.resolve("asked.ipynb").toString());
        List<JsonNode> all = Notebook.read(folder.resolve("answered.ipynb")).code();
        cells = all.subList(0, all.size() - 1);
        frames =
                Serving.JSON.readTree(
                        Notebook.text(all.getLast().get("outputs").get(0).get("text")));
    }

    /** All is Debian's but the driver, of which there is no package. */
    private static void install() throws IOException, InterruptedException {
        if (!Files.exists(ENVIRONMENT.resolve("bin/pip"))) {
            run(
                    NeedsNotebook.PYTHON,
                    "-m",
                    "venv",
                    "--system-site-packages",
                    ENVIRONMENT.toString());
        }
        run(
                PYTHON,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--only-binary=:all:",
                "-r",
                Path.of("src", "test", "notebook", "requirements.txt").toString());
        // Else the kernel would be Debian's, which has no driver.
        run(PYTHON, "-m", "ipykernel", "install", "--sys-prefix");
    }

    /** Runs a command that must succeed, without a user's own settings of Jupyter. */
    private static void run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.of(
                                "NEO4J_URI",
                                "bolt://127.0.0.1:" + serving.checkpoints.getFirst().boltPort(),
                                "NEO4J_PASSWORD",
                                Serving.PASSWORD,
                                "JUPYTER_CONFIG_DIR",
                                folder.resolve("config").toString(),
                                "JUPYTER_DATA_DIR",
                                folder.resolve("data").toString(),
                                "IPYTHONDIR",
                                folder.resolve("ipython").toString()));
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + "\n" + said);
    }

    @AfterAll
    static void close() {
        serving.close();
    }

    /** As JSON, in which numbers of all types are the same. */
    private static JsonNode json(Object rows) throws IOException {
        return Serving.JSON.readTree(Serving.JSON.writeValueAsString(rows));
    }

    private static JsonNode frame(String name) {
        return Objects.requireNonNull(frames.get(name), name);
    }

    /** Some columns of a data frame. */
    private static List<List<JsonNode>> columns(String frame, String... names) {
        List<String> all = new ArrayList<>();
        frame(frame).get("columns").forEach(column -> all.add(column.textValue()));
        List<List<JsonNode>> rows = new ArrayList<>();
        for (JsonNode row : frame(frame).get("data")) {
            List<JsonNode> some = new ArrayList<>();
            for (String name : names) {
                some.add(row.get(all.indexOf(name)));
            }
            rows.add(some);
        }
        return rows;
    }

    /** Some columns of what a saved query answers. */
    private static List<List<@Nullable Object>> saved(String id, String... names) {
        SavedQuery query = QueryLibrary.builtIn().get(id);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (List<@Nullable Object> row : serving.rows(query.cypher())) {
            List<@Nullable Object> some = new ArrayList<>();
            for (String name : names) {
                some.add(row.get(query.columnNames().indexOf(name)));
            }
            rows.add(some);
        }
        return rows;
    }

    @Test
    void eachCellRunsAndEachQuestionShowsATable() {
        int tables = 0;
        for (JsonNode cell : cells) {
            assertTrue(cell.get("execution_count").isInt(), cell::toString);
            for (JsonNode output : cell.get("outputs")) {
                assertEquals("execute_result", output.get("output_type").asText(), cell::toString);
                String table = Notebook.text(output.at("/data/text~1html"));
                int rows = table.split("<tr", -1).length - 1;
                assertTrue(rows >= 2 && rows <= 12, table);
                tables++;
            }
        }
        assertEquals(stored.questions().size(), tables);
        assertTrue(tables >= 5, () -> "too few: " + cells);
    }

    @Test
    void dataFramesHoldWhatTheStoreAnswers() throws IOException {
        for (Map.Entry<String, String> question : stored.questions().entrySet()) {
            JsonNode data = frame(question.getKey()).get("data");
            assertFalse(data.isEmpty(), question::getKey);
            assertEquals(json(serving.rows(question.getValue())), data, question::getKey);
        }
    }

    @Test
    void theyAgreeWithTheSavedQueries() throws IOException {
        assertEquals(
                json(saved("page_table_bill", "pid", "comm", "tables")),
                json(columns("tables", "pid", "name", "tables")));
        List<List<@Nullable Object>> ram = new ArrayList<>();
        for (List<@Nullable Object> row :
                saved("physical_memory", "kind", "frame", "pages", "bytes")) {
            if ("ram".equals(row.getFirst())) {
                ram.add(row.subList(1, row.size()));
            }
        }
        assertEquals(json(ram), json(columns("ram", "frame", "pages", "bytes")));
    }

    @Test
    void totalsAreThoseOfTheVmas() {
        Map<Long, Long> expected = new TreeMap<>();
        for (List<@Nullable Object> row :
                serving.rows(
                        "MATCH (t:Task)-[:POINTS_TO {field: 'mm'}]->()-[:HAS_VMA]->(v)"
                                + " WHERE t.pid = t.tgid"
                                + " RETURN t.pid, sum(v.pages_present) * 4096")) {
            expected.put((Long) row.get(0), (Long) row.get(1));
        }
        JsonNode index = frame("by_process").get("index");
        List<List<JsonNode>> totals = columns("by_process", "total");
        Map<Long, Long> actual = new TreeMap<>();
        long before = Long.MAX_VALUE;
        for (int i = 0; i < totals.size(); i++) {
            long total = totals.get(i).getFirst().longValue();
            assertTrue(total <= before, "the largest first");
            before = total;
            actual.put(index.get(i).get(0).longValue(), total);
        }
        assertEquals(expected, actual);
        assertTrue(actual.size() > 100, actual::toString);
    }
}
