package dev.tablewalk.cli;

import dev.tablewalk.cli.input.QueryParameters;
import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.ColumnText;
import dev.tablewalk.cli.report.SavedQueryText;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.fleet.Questions;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.engine.DuckDb;
import dev.tablewalk.fleet.engine.Engine;
import dev.tablewalk.fleet.engine.SqlRows;
import dev.tablewalk.fleet.spark.Spark;
import dev.tablewalk.fleet.spark.SparkInstallation;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks many checkpoints at once: a data set that {@code export --format parquet} has written. */
@Command(
        name = "fleet",
        description = {
            "Ask many guests and moments at once, in SQL: a folder of tables that tablewalk export"
                    + " --format parquet has written.",
            "Each table has the columns guest and checkpoint. There is one for each label (task,"
                    + " page_table), one for each relationship type between two labels"
                    + " (mm_struct_has_vma_vma), and mapping, check_result, violation,"
                    + " table_signature and frame_hash."
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk export web-1 web-2 --format parquet --output fleet",
            "  tablewalk fleet list fleet",
            "  tablewalk fleet query fleet --saved violations_by_guest",
            "  tablewalk fleet query fleet 'SELECT guest, comm, count(*) FROM task GROUP BY ALL'"
        })
final class FleetCommand extends Verb {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    /** Ids of the questions, for a shell to complete. */
    static final class Ids implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return questions().all().stream().map(SavedQuery::id).iterator();
        }
    }

    /** Masters of Spark's, for a shell to complete. */
    static final class Masters implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("local[*]", "spark://", "yarn").iterator();
        }
    }

    private static QueryLibrary questions() {
        return QueryLibrary.sql(Questions.folder(), "tablewalk fleet queries");
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say what to do with the data set: list, query or queries");
    }

    private static DataSet dataSet(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw UserError.input(
                    "no folder " + folder + ": tablewalk export NAME --format parquet makes one");
        }
        return new DataSet(folder);
    }

    @Command(
            name = "list",
            description = "List the checkpoints of a data set.",
            footerHeading = "%nExamples:%n",
            footer = "  tablewalk fleet list fleet --format csv")
    int list(
            @Parameters(paramLabel = "DIR", description = "The data set.") Path folder,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            defaultValue = "table",
                            description =
                                    "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
                    RowFormat format) {
        List<DataSet.Manifest> all = dataSet(folder).list();
        try (RowWriter rows =
                format.write(List.of("guest", "checkpoint", "tables", "rows"), out(), terminal())) {
            for (DataSet.Manifest each : all) {
                rows.row(
                        List.of(
                                each.guest(),
                                each.checkpoint(),
                                (long) each.rows().size(),
                                each.allRows()));
            }
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "queries",
            description = "List the saved questions to a data set, or show one with its SQL.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  tablewalk fleet queries",
                "  tablewalk fleet queries frame_owner_over_time"
            })
    int queries(
            @Parameters(
                            paramLabel = "ID",
                            arity = "0..1",
                            completionCandidates = Ids.class,
                            description = "Show this one.")
                    @Nullable String id,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            defaultValue = "table",
                            description =
                                    "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
                    ReportFormat format) {
        if (id == null) {
            SavedQueryText.list(questions().all(), format, out(), terminal());
        } else {
            SavedQueryText.show(questions().get(id), format, out(), terminal());
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "query",
            description = {
                "Ask a data set a question in SQL, by DuckDB in this process, or by a Spark that"
                        + " you have installed.",
                "The parameters of a question are the columns of the one row of the view parameter."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  tablewalk fleet query fleet --saved largest_growth",
                "  tablewalk fleet query fleet --saved frame_owner_over_time -p guest=web-1 -p"
                        + " pa=0x41a3c000",
                "  tablewalk fleet query fleet 'SELECT guest, count(*) AS tables FROM page_table"
                        + " GROUP BY guest' --format csv",
                "  SPARK_HOME=/opt/spark tablewalk fleet query fleet --saved violations_by_guest"
                        + " --spark 'local[*]'",
                "  tablewalk fleet query /shared/fleet --saved violations_by_guest --spark"
                        + " spark://HOST:7077"
            })
    int query(
            @Parameters(
                            index = "0",
                            paramLabel = "DIR",
                            description =
                                    "The data set. With --spark, every machine must have it at the"
                                            + " same place; it may be a place such as"
                                            + " s3a://BUCKET/fleet that your Spark can read.")
                    String folder,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "SQL",
                            description = "The question.")
                    @Nullable String sql,
            @Option(
                            names = "--saved",
                            paramLabel = "ID",
                            completionCandidates = Ids.class,
                            description =
                                    "Ask a saved question; tablewalk fleet queries lists them.")
                    @Nullable String saved,
            @Option(
                            names = {"-p", "--param"},
                            paramLabel = "KEY=VALUE",
                            description = "The value of a parameter. Repeat for each.")
                    @Nullable List<String> given,
            @Option(
                            names = "--spark",
                            paramLabel = "MASTER",
                            completionCandidates = Masters.class,
                            description = {
                                "Ask by Spark: local[N], spark://HOST:PORT, yarn, or what else"
                                        + " spark-submit takes for --master. SPARK_HOME is the"
                                        + " folder of your Spark 4.",
                                "What else it is to know is in its conf/spark-defaults.conf."
                            })
                    @Nullable String master,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            defaultValue = "table",
                            description =
                                    "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
                    RowFormat format) {
        if ((sql == null) == (saved == null)) {
            throw UserError.input("give one question: as text, or a saved one with --saved");
        }
        List<String> typed = given == null ? List.of() : given;
        SavedQuery question = saved == null ? null : questions().get(saved);
        String text;
        Map<String, Object> values;
        if (question == null) {
            text = Objects.requireNonNull(sql);
            values = QueryParameters.parse(typed);
        } else {
            Map<String, String> split = QueryParameters.split(typed);
            SavedQueries.requireKnown(split, List.of(question));
            text = question.cypher();
            values = question.values(split);
        }
        List<SavedQuery.Column> columns =
                question != null && format == RowFormat.TABLE ? question.columns() : List.of();
        try (ConsoleProgress progress = new ConsoleProgress(err(), invocation(), false, false);
                Engine engine = engine(folder, master, progress);
                SqlRows rows = engine.query(text, values)) {
            RowWriter writer = format.write(rows.columns(), out(), terminal());
            while (rows.hasNext()) {
                writer.row(ColumnText.row(columns, rows.next()));
            }
            // Only now: after a failure the result must not end as if it were whole.
            writer.close();
        }
        return ExitCode.DONE;
    }

    private static Engine engine(String folder, @Nullable String master, Progress progress) {
        if (master == null) {
            return DuckDb.open(dataSet(Path.of(folder)));
        }
        return Spark.open(
                SparkInstallation.at(
                        System.getenv("SPARK_HOME"),
                        System.getProperty("tablewalk.spark"),
                        System.getProperty("tablewalk.spark.java", "")),
                master,
                Spark.isElsewhere(folder) ? folder : Spark.place(dataSet(Path.of(folder)).folder()),
                progress);
    }
}
