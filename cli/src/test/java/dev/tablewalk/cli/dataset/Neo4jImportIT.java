package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Cli;
import dev.tablewalk.cli.checks.CheckedGuest;
import dev.tablewalk.cli.checks.SeededGuest;
import dev.tablewalk.cli.checks.Seeds;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.push.PushedGraph;
import dev.tablewalk.cypher.push.PushedQuery;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.neo4j.driver.exceptions.ClientException;

/**
 * What {@code export --format neo4j-admin} writes is to Neo4j's own importer what the store has.
 */
class Neo4jImportIT {
    private static final String NODES = "MATCH (n) RETURN n";
    private static final String RELATIONSHIPS =
            "MATCH (a)-[r]->(b) RETURN a, type(r) AS type, properties(r) AS properties, b";

    @TempDir Path folder;

    /** One of each architecture. */
    static List<SeededGuest.Kernel> kernels() {
        List<SeededGuest.Kernel> all = SeededGuest.Kernel.ALL;
        return List.of(all.getFirst(), all.getLast());
    }

    private void ingest(String name, SeededGuest.Kernel kernel) throws Exception {
        Path image = folder.resolve(name + ".raw");
        SeededGuest.write(image, kernel, Seeds.all(kernel.geometry()));
        CheckedGuest.ingest(folder, image, name).close();
    }

    private Path export(String... names) {
        List<String> arguments = new ArrayList<>(List.of("export"));
        arguments.addAll(List.of(names));
        arguments.addAll(List.of("--format", "neo4j-admin", "-o", folder.resolve("to").toString()));
        arguments.addAll(List.of("--home", folder.resolve("home").toString()));
        Cli run = Cli.succeed(arguments.toArray(String[]::new));
        Path made = folder.resolve("to/_neo4j-admin/import.args");
        assertTrue(
                run.err().contains("neo4j-admin database import full neo4j @" + made), run.err());
        return made;
    }

    /** As {@link ImportedServer#rows}. */
    private static List<String> rows(
            Checkpoint checkpoint, String cypher, Map<String, Object> with) {
        List<String> all = new ArrayList<>();
        try (Rows rows = checkpoint.query(cypher, with)) {
            while (rows.hasNext()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (Object value : rows.next()) {
                    row.add(value instanceof NodeValue node ? plain(node, checkpoint) : value);
                }
                all.add(row.toString());
            }
        }
        return all.stream().sorted().toList();
    }

    private static String plain(NodeValue node, Checkpoint checkpoint) {
        TreeSet<String> labels = new TreeSet<>(node.labels());
        labels.add(PushedGraph.LABEL_PREFIX + checkpoint.info().name());
        return labels + " " + new TreeMap<>(node.properties());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aServerOnItAnswersAsTheStoreDoes(SeededGuest.Kernel kernel) throws Exception {
        ingest("seeded", kernel);
        Path arguments = export("seeded");
        try (Checkpoint store = StoreHome.at(folder.resolve("home")).open("seeded");
                ImportedServer server = ImportedServer.of(folder.resolve("server"), arguments)) {
            assertEquals(rows(store, NODES, Map.of()), server.rows(NODES, Map.of()));
            assertEquals(
                    rows(store, RELATIONSHIPS, Map.of()), server.rows(RELATIONSHIPS, Map.of()));
            int violations = 0;
            for (SavedQuery query : QueryLibrary.builtIn().constraints()) {
                Map<String, Object> with = query.values(Map.of());
                List<String> expected = rows(store, query.cypher(), with);
                assertEquals(expected, server.rows(query.cypher(), with), query.id());
                violations += expected.size();
            }
            assertTrue(violations > 40, "violations: " + violations);
        }
    }

    @Test
    void checkpointsLieSideBySide() throws Exception {
        ingest("one", kernels().getFirst());
        ingest("other", kernels().getLast());
        try (ImportedServer server =
                ImportedServer.of(folder.resolve("server"), export("one", "other"))) {
            for (String name : List.of("one", "other")) {
                try (Checkpoint store = StoreHome.at(folder.resolve("home")).open(name)) {
                    assertEquals(
                            rows(store, NODES, Map.of()),
                            server.rows(
                                    "MATCH (n:" + PushedGraph.label(name) + ") RETURN n",
                                    Map.of()));
                    for (SavedQuery query : QueryLibrary.builtIn().constraints()) {
                        String pushed;
                        try {
                            pushed = PushedQuery.of(query, name);
                        } catch (UserError e) {
                            continue; // it walks trees
                        }
                        Map<String, Object> with = query.values(Map.of());
                        assertEquals(
                                rows(store, query.cypher(), with),
                                server.rows(pushed, with),
                                query.id());
                    }
                }
            }
            ClientException refused =
                    assertThrows(
                            ClientException.class,
                            () ->
                                    server.rows(
                                            "MATCH (m:MmStruct) CALL tw.leaves(m) YIELD va RETURN"
                                                    + " va",
                                            Map.of()));
            String why = String.valueOf(refused.getMessage());
            assertTrue(why.contains("several checkpoints"), why);
        }
    }

    @Test
    void isRefusedWhereThePathCannotBeSaid() throws Exception {
        ingest("seeded", kernels().getFirst());
        Path to = folder.resolve("a, b");
        Cli run =
                Cli.run(
                        "export",
                        "seeded",
                        "--format",
                        "neo4j-admin",
                        "-o",
                        to.toString(),
                        "--home",
                        folder.resolve("home").toString());
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().contains("export to another folder"), run.err());
    }
}
