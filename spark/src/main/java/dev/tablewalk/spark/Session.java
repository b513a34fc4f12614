package dev.tablewalk.spark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.CallMethodViaReflection;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ScriptTransformation;
import org.jspecify.annotations.Nullable;

/** Asks Spark about one data set: reads it, and nothing else, and writes nothing. */
final class Session implements Closeable {
    /** What a question must mean, whatever Spark is told by its own files of settings. */
    private static final Map<String, String> MEANING =
            Map.of(
                    "spark.sql.session.timeZone", "UTC",
                    "spark.sql.ansi.enabled", "true",
                    "spark.sql.ansi.doubleQuotedIdentifiers", "true",
                    "spark.sql.parser.escapedStringLiterals", "false",
                    "spark.sql.caseSensitive", "false",
                    "spark.sql.sources.partitionColumnTypeInference.enabled", "false");

    /** A question has the data set's tables: none of a catalogue's, and no file by its name. */
    private static final Map<String, String> BOUNDS =
            Map.of(
                    "spark.sql.runSQLOnFiles", "false",
                    "spark.sql.catalogImplementation", "in-memory",
                    "spark.sql.defaultCatalog", "spark_catalog");

    private static final List<String> OF_ALL = List.of("guest", "checkpoint");

    private final SparkSession spark;
    private final DataSetFolder folder;
    private final Map<String, Map<String, String>> tables;
    private final Set<String> viewed = new TreeSet<>();

    private Session(
            SparkSession spark, DataSetFolder folder, Map<String, Map<String, String>> tables) {
        this.spark = spark;
        this.folder = folder;
        this.tables = tables;
    }

    /**
     * Opens a data set.
     *
     * @throws RuntimeException if Spark's master does not take it
     */
    static Session open(Asker.Opening opening) throws IOException {
        SparkSession.Builder builder = SparkSession.builder();
        MEANING.forEach(builder::config);
        BOUNDS.forEach(builder::config);
        if (!isSet("spark.ui.enabled")) {
            builder.config("spark.ui.enabled", false); // it would be open to the network
        }
        if (!isSet("spark.sql.files.maxPartitionBytes")) {
            builder.config("spark.sql.files.maxPartitionBytes", "32m"); // our files are dense
        }
        if (System.getProperty("spark.master", "").startsWith("local")
                && !isSet("spark.driver.host")) {
            builder.config("spark.driver.host", "127.0.0.1");
            builder.config("spark.driver.bindAddress", "127.0.0.1");
        }
        builder.config("spark.sql.warehouse.dir", emptyFolder());
        SparkSession spark = builder.getOrCreate();
        spark.sparkContext().setLogLevel("WARN");
        DataSetFolder folder =
                DataSetFolder.find(opening.folder(), spark.sparkContext().hadoopConfiguration());
        return new Session(spark, folder, opening.tables());
    }

    /** Spark makes a folder for tables of its own, be there any or not: elsewhere than here. */
    private static String emptyFolder() throws IOException {
        java.nio.file.Path folder = Files.createTempDirectory("tablewalk-spark");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        return folder.toUri().toString();
    }

    private static void delete(java.nio.file.Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // It is empty, and where temporary files are.
        }
    }

    private static boolean isSet(String key) {
        return System.getProperty(key) != null;
    }

    SparkSession spark() {
        return spark;
    }

    /** Whether there is anything to ask. */
    boolean isEmpty() {
        return folder.files().isEmpty();
    }

    /**
     * Asks a question, and hands its rows on as they come: at most one partition of the answer is
     * held.
     *
     * @throws IOException if nobody wants them
     * @throws Refusal if it is no question
     */
    void answer(Asker.Question question, Asker to) throws IOException, Refusal, ParseException {
        String sql = withoutEnd(question.sql());
        requireQuery(sql);
        makeViews(sql);
        spark.sql(question.parameters()).createOrReplaceTempView("parameter");
        Dataset<Row> answer = spark.sql(sql);
        requireOnlyReads(answer);
        int columns = answer.columns().length;
        to.columns(answer.columns());
        for (Iterator<Row> rows = answer.toLocalIterator(); rows.hasNext(); ) {
            Row row = rows.next();
            List<@Nullable Object> values = new ArrayList<>(columns);
            for (int i = 0; i < columns; i++) {
                values.add(row.get(i));
            }
            to.row(values);
        }
        to.end();
    }

    private static String withoutEnd(String sql) {
        String text = sql.strip();
        return text.endsWith(";") ? withoutEnd(text.substring(0, text.length() - 1)) : text;
    }

    /** By Spark's grammar, in which a query is a rule of its own. */
    private void requireQuery(String sql) throws Refusal, ParseException {
        ParserInterface parser = spark.sessionState().sqlParser();
        try {
            parser.parseQuery(sql);
        } catch (ParseException e) {
            parser.parsePlan(sql); // throws, and says what is wrong, if it is no statement at all
            throw new Refusal("it is no query, and a data set can only be read: SELECT …");
        }
    }

    /** It has been analysed, and nothing of it has run. */
    private static void requireOnlyReads(Dataset<Row> answer) throws Refusal {
        LogicalPlan plan =
                ((org.apache.spark.sql.classic.Dataset<Row>) answer).queryExecution().analyzed();
        if (doesMore(plan) || plan.subqueriesAll().exists(Session::doesMore)) {
            throw new Refusal(
                    "it runs a program (TRANSFORM) or a method of Java (reflect), and a data set"
                            + " can only be read");
        }
    }

    private static boolean doesMore(LogicalPlan plan) {
        return plan.exists(
                node ->
                        node instanceof ScriptTransformation
                                || node.expressions().exists(Session::callsMethod));
    }

    private static boolean callsMethod(Expression expression) {
        return expression.exists(each -> each instanceof CallMethodViaReflection);
    }

    /** Of the tables that a question names, and perhaps of more: each costs a look at its files. */
    private void makeViews(String sql) {
        Set<String> words =
                Arrays.stream(sql.toLowerCase(Locale.ROOT).split("[^a-z0-9_]+"))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> named = new TreeSet<>(tables.keySet());
        named.addAll(folder.files().keySet());
        named.retainAll(words);
        named.removeAll(viewed);
        for (String table : named) {
            view(table).createOrReplaceTempView(table);
            viewed.add(table);
        }
    }

    private Dataset<Row> view(String table) {
        List<Path> files = folder.files().get(table);
        Map<String, String> wanted = new TreeMap<>(tables.getOrDefault(table, Map.of()));
        if (files == null) {
            return spark.sql(
                    "SELECT " + String.join(", ", nulls(wanted, Set.of())) + " WHERE false");
        }
        Dataset<Row> rows =
                spark.read()
                        .option("mergeSchema", "true")
                        .option("basePath", folder.root().toString())
                        .parquet(files.stream().map(Path::toString).toArray(String[]::new));
        List<String> columns = new ArrayList<>();
        for (String name : rows.columns()) {
            columns.add(
                    OF_ALL.contains(name) && folder.hasNamesBeyondAscii()
                            ? "decode(encode(" + name + ", 'ISO-8859-1'), 'UTF-8') AS " + name
                            : quoted(name));
        }
        columns.addAll(nulls(wanted, Set.of(rows.columns())));
        return rows.selectExpr(columns.toArray(String[]::new));
    }

    /** Columns that no file has. */
    private static List<String> nulls(Map<String, String> wanted, Set<String> there) {
        return wanted.entrySet().stream()
                .filter(each -> !there.contains(each.getKey()))
                .map(each -> "CAST(NULL AS " + each.getValue() + ") AS " + quoted(each.getKey()))
                .toList();
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public void close() {
        spark.stop();
    }
}
