package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.dataset.SchemaTables;
import dev.tablewalk.fleet.engine.DuckDb;
import dev.tablewalk.fleet.engine.Engine;
import dev.tablewalk.fleet.engine.SqlRows;
import dev.tablewalk.fleet.spark.Spark;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spark reads of a data set is what DuckDB reads, and Spark reads nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparkIT {
    @SuppressWarnings("NullAway.Init") // set before each test
    private DataSet data;

    @SuppressWarnings("NullAway.Init")
    private DuckDb duckDb;

    @SuppressWarnings("NullAway.Init")
    private Spark spark;

    @BeforeAll
    void open() throws IOException, InterruptedException {
        data = WrittenFleet.shared().data();
        duckDb = DuckDb.open(data);
        spark = SparkHome.shared().open("local[2]", data.folder());
    }

    @AfterAll
    void close() {
        duckDb.close();
        spark.close();
    }

    private static List<String> ask(Engine engine, String sql, Map<String, Object> parameters) {
        List<String> all = new ArrayList<>();
        try (SqlRows rows = engine.query(sql, parameters)) {
            rows.forEachRemaining(
                    row -> {
                        Map<String, String> byName = new TreeMap<>();
                        for (int i = 0; i < row.size(); i++) {
                            byName.put(rows.columns().get(i), Objects.toString(row.get(i)));
                        }
                        all.add(byName.toString());
                    });
        }
        return all;
    }

    private List<String> ask(String sql, Map<String, Object> parameters) {
        List<String> answer = ask(spark, sql, parameters);
        assertEquals(ask(duckDb, sql, parameters), answer);
        return answer;
    }

    private String refused(String sql) {
        String why =
                assertThrows(UserError.class, () -> ask(spark, sql, Map.of()).size()).getMessage();
        assertEquals(1, Objects.requireNonNull(why).lines().count(), why);
        assertTrue(why.startsWith("the question failed: "), why);
        // It is not the end.
        assertEquals(List.of("{one=1}"), ask("SELECT 1 AS one", Map.of()));
        return why;
    }

    /** Those that no checkpoint has are there, too. */
    @Test
    void eachTableHasTheSameRows() {
        Set<String> tables = new TreeSet<>();
        data.list().forEach(each -> tables.addAll(each.rows().keySet()));
        tables.add("diff_check");
        assertTrue(SchemaTables.ALL.containsKey("diff_check"));
        assertTrue(tables.size() > 20, tables::toString);
        for (String table : tables) {
            String sql = "SELECT * FROM " + table;
            List<String> rows = ask(spark, sql, Map.of()).stream().sorted().toList();
            assertEquals(ask(duckDb, sql, Map.of()).stream().sorted().toList(), rows, table);
            assertEquals(table.equals("diff_check"), rows.isEmpty(), table);
        }
    }

    @Test
    void guestsHaveTheirNames() {
        List<String> names = ask("SELECT DISTINCT guest FROM task ORDER BY guest", Map.of());
        assertTrue(names.contains("{guest=007}"), names::toString);
        assertTrue(names.contains("{guest=../of two / moments é=%2F}"), names::toString);
    }

    @Test
    void parametersAreWhatWasGiven() {
        assertEquals(
                List.of("{least=-9223372036854775808, of=true, text=it's a \\ \"b\" \\n\tç}"),
                ask(
                        "SELECT text, least, \"of\" FROM parameter; ",
                        Map.of(
                                "text",
                                "it's a \\ \"b\" \\n\tç",
                                "least",
                                Long.MIN_VALUE,
                                "of",
                                true)));
    }

    @Test
    void valuesHaveTheSameTypes() {
        ask(
                "SELECT CAST(NULL AS BIGINT) AS a, 1.5 AS b, CAST(0.1 AS DOUBLE) AS c, 7 / 2 AS d,"
                        + " 1 < 2 AS e, count(*) AS f, sum(id) AS g, avg(pid) AS h, min(comm) AS i"
                        + " FROM task",
                Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO task SELECT * FROM task",
                "CREATE TABLE mine AS SELECT 1",
                "WITH a AS (SELECT 1) INSERT INTO task SELECT * FROM a",
                "FROM task INSERT INTO mine SELECT *",
                "INSERT OVERWRITE DIRECTORY '/tmp/mine' USING parquet SELECT 1",
                "DROP VIEW task",
                "SET spark.sql.runSQLOnFiles = true",
                "ADD JAR '/tmp/mine.jar'",
                "CACHE TABLE task",
                "BEGIN SELECT 1; END"
            })
    void writesNothing(String sql) {
        String why = refused(sql);
        assertTrue(why.contains("no query"), why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT reflect('java.lang.System', 'lineSeparator')",
                "SELECT 1 WHERE (SELECT java_method('java.lang.System', 'lineSeparator')) = 'a'",
                "WITH a AS (SELECT try_reflect('java.lang.System', 'lineSeparator') AS b)"
                        + " SELECT * FROM a",
                "WITH a AS (SELECT TRANSFORM(pid) USING 'cat' AS (b STRING) FROM task)"
                        + " SELECT * FROM a"
            })
    void runsNothing(String sql) {
        String why = refused(sql);
        assertTrue(why.contains("only be read"), why);
    }

    @Test
    void readsNoOtherFile() {
        Path other = data.folder().resolve("guest=007");
        for (String format : List.of("parquet", "text", "binaryFile")) {
            String why = refused("SELECT * FROM " + format + ".`" + other + "`");
            assertTrue(why.contains("cannot be found"), why);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT nothing FROM task    | `nothing` cannot be resolved",
                "SELECT * FROM nothing       | `nothing` cannot be found",
                "SELEC 1                     | Syntax error",
                "SELECT CAST(comm AS INT) FROM task | CAST_INVALID_INPUT",
                "SELECT 1 /                  | Syntax error"
            })
    void saysWhatIsWrong(String sql, String part) {
        String why = refused(sql);
        assertTrue(why.contains(part), why);
        assertFalse(why.contains("Exception"), why);
    }

    /** As a reader that has seen enough does. */
    @Test
    void endsWithAnAnswerThatNobodyReads() throws IOException, InterruptedException {
        long before = children();
        try (Spark other = SparkHome.shared().open("local[1]", data.folder())) {
            assertEquals(before + 1, children());
            try (SqlRows rows = other.query("SELECT * FROM page_range", Map.of())) {
                assertTrue(rows.hasNext());
            }
            assertEquals(before, children());
        }
    }

    private static long children() {
        return ProcessHandle.current().children().count();
    }

    @Test
    void writesNoFileBesideIt() throws IOException {
        try (Stream<Path> here = Files.list(Path.of(""))) {
            List<String> names = here.map(Path::toString).toList();
            assertFalse(names.contains("spark-warehouse"), names::toString);
            assertFalse(names.contains("artifacts"), names::toString);
            assertFalse(names.contains("metastore_db"), names::toString);
        }
    }
}
