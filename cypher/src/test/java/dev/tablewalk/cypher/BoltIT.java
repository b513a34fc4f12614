package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.dbms.BoltAccess;
import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neo4j.driver.AuthToken;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.QueryConfig;
import org.neo4j.driver.exceptions.AuthenticationException;
import org.neo4j.driver.exceptions.Neo4jException;

/** A checkpoint as Neo4j's own driver sees it. */
class BoltIT {
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final AuthToken READER = AuthTokens.basic(BoltAccess.USER, "open sesame");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Checkpoint checkpoint;

    @SuppressWarnings("NullAway.Init") // set in open()
    static Driver driver;

    @BeforeAll
    static void open() {
        StoreHome.at(home).load("small", SmallGraph.named("small"), Progress.NONE);
        StoreHome.at(home).load("other", SmallGraph.named("other"), Progress.NONE);
        checkpoint = StoreHome.at(home).open("small");
        checkpoint.listen(access(0));
        driver = driver(READER);
    }

    @AfterAll
    static void close() {
        driver.close();
        checkpoint.close();
    }

    private static BoltAccess access(int port) {
        return new BoltAccess("127.0.0.1", port, "open sesame", LIMIT);
    }

    private static Driver driver(AuthToken token) {
        return GraphDatabase.driver("bolt://127.0.0.1:" + checkpoint.boltPort(), token);
    }

    private static long number(String cypher) {
        return driver.executableQuery(cypher).execute().records().getFirst().get(0).asLong();
    }

    @Test
    void aDriverReadsWhatTheProcessReads() {
        String count = "MATCH (n) RETURN count(n)";
        try (Rows rows = checkpoint.query(count, java.util.Map.of())) {
            assertEquals(rows.next().getFirst(), number(count));
        }
        assertEquals(16, number("RETURN tw.addr('0x10')"));
    }

    @Test
    void whoDoesNotKnowThePasswordIsNotLetIn() {
        for (AuthToken token :
                new AuthToken[] {
                    AuthTokens.basic(BoltAccess.USER, "neo4j"),
                    AuthTokens.basic(BoltAccess.USER, ""),
                    AuthTokens.basic("admin", "open sesame"),
                    AuthTokens.none()
                }) {
            try (Driver stranger = driver(token)) {
                assertThrows(AuthenticationException.class, stranger::verifyConnectivity);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE (n:Task {pid: 1}) RETURN n",
                "MATCH (t:Task) SET t.comm = 'other' RETURN t",
                "MATCH (t:Task) DETACH DELETE t",
                "CREATE INDEX FOR (t:Task) ON (t.uid)",
                "CALL db.createLabel('Other')",
                "CALL dbms.setConfigValue('db.transaction.timeout', '1h')",
                "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
                "LOAD CSV FROM 'http://127.0.0.1:1/' AS line RETURN line"
            })
    void nothingCanBeChangedOrReachedFromHere(String cypher) {
        assertThrows(
                Neo4jException.class, () -> driver.executableQuery(cypher).execute().records());
        assertEquals(0, number("MATCH (t:Task {comm: 'other'}) RETURN count(t)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE USER other SET PASSWORD 'other-password'",
                "ALTER CURRENT USER SET PASSWORD FROM 'open sesame' TO 'other-password'",
                "STOP DATABASE neo4j",
                "DROP DATABASE neo4j"
            })
    void norCanNeo4jItself(String cypher) {
        assertThrows(
                Neo4jException.class,
                () ->
                        driver.executableQuery(cypher)
                                .withConfig(QueryConfig.builder().withDatabase("system").build())
                                .execute());
    }

    @Test
    void aQueryEndsAtTheLimit() {
        Neo4jException stopped =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () ->
                                assertThrows(
                                        Neo4jException.class,
                                        () ->
                                                number(
                                                        "UNWIND range(1, 1000000000000) AS n"
                                                                + " RETURN sum(n)")));
        assertTrue(stopped.code().contains("Timed"), stopped.code());
        assertEquals(1, number("RETURN 1"));
    }

    @Test
    void aPortThatIsTakenIsSaidToBe() {
        try (Checkpoint other = StoreHome.at(home).open("other")) {
            UserError taken =
                    assertThrows(
                            UserError.class, () -> other.listen(access(checkpoint.boltPort())));
            assertEquals(
                    "Bolt cannot listen at 127.0.0.1:"
                            + checkpoint.boltPort()
                            + ", another process may: choose another port",
                    taken.getMessage());
            other.listen(access(0));
            assertNotEquals(0, other.boltPort());
        }
    }
}
