package dev.tablewalk.cli.part;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.training.HandMadeGuest;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.Result;
import org.neo4j.graphdb.Transaction;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What {@code export --format graphml} and {@code cypher} write is what the checkpoint has. */
class PartOfGraphIT {
    private static final String NODES = "MATCH (n) RETURN labels(n) AS labels, properties(n) AS p";
    private static final String RELATIONSHIPS =
            "MATCH (a)-[r]->(b) RETURN properties(a) AS a, type(r) AS type, properties(r) AS p,"
                    + " properties(b) AS b";

    @TempDir static Path folder;

    @BeforeAll
    static void load() {
        StoreHome.at(folder.resolve("home"))
                .load("guest", new HandMadeGuest("guest"), Progress.NONE);
    }

    private static DatabaseManagementService dbms() {
        return Objects.requireNonNull(dbms);
    }

    private static @Nullable DatabaseManagementService dbms;

    @BeforeAll
    static void start() {
        dbms =
                new DatabaseManagementServiceBuilder(folder.resolve("neo4j"))
                        .setConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
                        .build();
    }

    @AfterAll
    static void stop() {
        dbms().shutdown();
    }

    private static Cli export(String... more) {
        List<String> arguments = new ArrayList<>(List.of("export", "guest", "-q"));
        arguments.addAll(List.of("--home", folder.resolve("home").toString()));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private static String exported(String... more) {
        Cli run = export(more);
        assertEquals(0, run.exitCode(), run::toString);
        return run.out();
    }

    private static Stream<Map<String, Object>> rows(String cypher) {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (Transaction transaction =
                        dbms().database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME).beginTx();
                Result result = transaction.execute(cypher)) {
            result.forEachRemaining(rows::add);
        }
        return rows.stream();
    }

    private static String plain(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, String> sorted = new TreeMap<>();
                map.forEach((key, each) -> sorted.put((String) key, plain(each)));
                yield sorted.toString();
            }
            case Object[] array -> plain(Arrays.asList(array));
            case List<?> list -> list.stream().map(PartOfGraphIT::plain).toList().toString();
            case null, default -> String.valueOf(value);
        };
    }

    private static List<String> stored(String cypher) {
        List<String> all = new ArrayList<>();
        try (Checkpoint checkpoint = StoreHome.at(folder.resolve("home")).open("guest");
                Rows rows = checkpoint.query(cypher, Map.of())) {
            rows.forEachRemaining(row -> all.add(plain(row)));
        }
        return all.stream().sorted().toList();
    }

    @Test
    void cypherMakesTheSameGraph() {
        dbms().database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME)
                .executeTransactionally("MATCH (n) DETACH DELETE n");
        dbms().database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME)
                .executeTransactionally(exported("--format", "cypher"));
        assertEquals(
                stored(NODES),
                rows(NODES)
                        .map(row -> plain(List.of(row.get("labels"), row.get("p"))))
                        .sorted()
                        .toList());
        assertEquals(
                stored(RELATIONSHIPS),
                rows(RELATIONSHIPS)
                        .map(row -> plain(Stream.of("a", "type", "p", "b").map(row::get).toList()))
                        .sorted()
                        .toList());
    }

    @Test
    void aGuestsTextsStayLiterals() {
        List<Object> values =
                new ArrayList<>(
                        List.of(
                                "'}) MATCH (n) DETACH DELETE n //",
                                "\\'}) MATCH (n) DETACH DELETE n //",
                                "\\u0027}) MATCH (n) DETACH DELETE n //",
                                "\\\\u0027 \\",
                                "\u0000\u001b[31m\n\r\t\u2028\u202e\ufeff",
                                "\ud83d\ude00 é",
                                Long.MIN_VALUE,
                                Long.MAX_VALUE,
                                true,
                                List.of("a'b", "\\")));
        Random random = new Random(5);
        String some = "\\'\"u0027{}`\n /*$x";
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(some.charAt(random.nextInt(some.length())));
            }
            values.add(text.toString());
        }
        for (Object value : values) {
            assertEquals(
                    value,
                    rows("RETURN " + CypherScript.literal(value) + " AS value")
                            .findFirst()
                            .orElseThrow()
                            .get("value"));
        }
    }

    private static Document parsed(String xml) throws Exception {
        return DocumentBuilderFactory.newNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> data(Document graph, String element, String key) {
        List<String> values = new ArrayList<>();
        NodeList all = graph.getElementsByTagName(element);
        for (int i = 0; i < all.getLength(); i++) {
            NodeList data = ((Element) all.item(i)).getElementsByTagName("data");
            for (int j = 0; j < data.getLength(); j++) {
                Element each = (Element) data.item(j);
                if (each.getAttribute("key").equals(key)) {
                    values.add(each.getTextContent());
                }
            }
        }
        return values.stream().sorted().toList();
    }

    @Test
    void graphMlHasTheSameGraph() throws Exception {
        Document graph = parsed(exported("--format", "graphml"));
        assertEquals(stored(NODES).size(), graph.getElementsByTagName("node").getLength());
        assertEquals(stored(RELATIONSHIPS).size(), graph.getElementsByTagName("edge").getLength());
        assertEquals(
                stored("MATCH (n) WHERE n.pid IS NOT NULL RETURN n.pid"),
                data(graph, "node", "n_pid").stream().map(pid -> "[" + pid + "]").toList());
        assertEquals(
                stored("MATCH ()-[r]->() RETURN type(r)"),
                data(graph, "edge", "e_label").stream().map(type -> "[" + type + "]").toList());
        // A terminal's escape is no character of XML.
        assertTrue(data(graph, "node", "n_comm").contains("\ufffd[31mred"));
        assertTrue(data(graph, "node", "n_labels").contains(":PageTable:Root"));
    }

    @Test
    void aQueryTakesAPart() throws Exception {
        Document graph =
                parsed(
                        exported(
                                "--format",
                                "graphml",
                                "--query",
                                "MATCH (:Task {pid: 1})-[r:POINTS_TO]->() RETURN r, 5"));
        assertEquals(2, graph.getElementsByTagName("node").getLength()); // with both ends
        assertEquals(1, graph.getElementsByTagName("edge").getLength());
        String script =
                exported("--format", "cypher", "--query", "MATCH (t:Task {pid: 1}) RETURN [t]");
        assertTrue(script.startsWith("// guest: 1 nodes, 0 relationships\nCREATE\n"), script);
    }

    @Test
    void tooMuchIsRefusedWithANumber() throws Exception {
        Path file = folder.resolve("refused.cypher");
        Cli many =
                export(
                        "--format",
                        "cypher",
                        "-o",
                        file.toString(),
                        "--query",
                        "MATCH p = (:Task)-[:POINTS_TO]->() UNWIND range(1, 3000) AS i RETURN p,"
                                + " i");
        assertEquals(0, many.exitCode(), many::toString); // the same nodes again and again
        assertTrue(Files.exists(file));
        Cli nothing = export("--format", "cypher", "--query", "MATCH (t:Task) RETURN t.pid");
        assertEquals(2, nothing.exitCode(), nothing::toString);
        assertTrue(nothing.err().contains("RETURN them"), nothing.err());
        Cli all = export("--format", "parquet", "-o", "x", "--query", "MATCH (n) RETURN n");
        assertEquals(2, all.exitCode(), all::toString);
        try (Checkpoint checkpoint = StoreHome.at(folder.resolve("home")).open("guest")) {
            for (String query : new @Nullable String[] {null, "MATCH (n) RETURN n"}) {
                String message =
                        String.valueOf(
                                assertThrows(
                                                UserError.class,
                                                () ->
                                                        PartOfGraph.of(
                                                                checkpoint, query, "cypher", 3))
                                        .getMessage());
                assertTrue(message.contains("is for 3 at most"), message);
            }
        }
    }
}
