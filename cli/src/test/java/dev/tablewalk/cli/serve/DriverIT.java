package dev.tablewalk.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cli.Docs;
import dev.tablewalk.cypher.dbms.BoltAccess;
import dev.tablewalk.ingest.lab.LabGuests;
import dev.tablewalk.ingest.lab.NeedsLabGuest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Value;

/** Neo4j's driver on a real guest, by Bolt. */
@NeedsLabGuest(DriverIT.GUEST)
class DriverIT {
    static final String GUEST = "arm64-6.12";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Serving serving;

    @BeforeAll
    static void open() {
        serving =
                Serving.of(
                        folder,
                        Duration.ofSeconds(60),
                        Serving.graph("before", LabGuests.require(GUEST).image(1)));
    }

    @AfterAll
    static void close() {
        serving.close();
    }

    private static String bolt() {
        return "bolt://127.0.0.1:" + serving.checkpoints.getFirst().boltPort();
    }

    /** The questions of the page of recipes, of things that this guest has. */
    private static List<String> recipes() throws IOException {
        List<String> recipes = new ArrayList<>();
        for (String recipe : Docs.recipes()) {
            recipes.add(
                    recipe.replace("42", "1")
                            .replace(
                                    "0xffff9a3b1000",
                                    text(
                                            "MATCH (:Task {pid: 1})-[:POINTS_TO {field: 'mm'}]->()"
                                                    + "-[:HAS_VMA]->(v) WHERE v.pages_present > 0"
                                                    + " RETURN tw.hex(v.start) ORDER BY v.start"))
                            .replace(
                                    "0x48a3b000",
                                    text(
                                            "MATCH (r:PageRange {frame: 'shmem'}) WHERE r.mapcount"
                                                    + " > 1 RETURN tw.hex(r.pa) ORDER BY r.pa")));
        }
        return recipes;
    }

    private static String text(String cypher) {
        return String.valueOf(serving.rows(cypher).getFirst().getFirst());
    }

    @Test
    void theDriverRunsTheRecipes() throws IOException {
        List<String> recipes = recipes();
        assertTrue(recipes.size() >= 5, () -> "too few: " + recipes);
        try (Driver driver =
                GraphDatabase.driver(bolt(), AuthTokens.basic(BoltAccess.USER, Serving.PASSWORD))) {
            for (String recipe : recipes) {
                List<String> rows =
                        driver.executableQuery(recipe).execute().records().stream()
                                .map(record -> record.values(Value::asObject).toString())
                                .sorted()
                                .toList();
                assertEquals(
                        serving.rows(recipe).stream().map(List::toString).sorted().toList(),
                        rows,
                        recipe);
            }
        }
    }
}
