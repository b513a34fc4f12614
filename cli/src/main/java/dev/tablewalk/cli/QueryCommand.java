package dev.tablewalk.cli;

import dev.tablewalk.cli.input.QueryParameters;
import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.ColumnText;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.saved.SavedQuery.Column;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a checkpoint in Cypher. */
@Command(
        name = "query",
        description = "Ask a checkpoint a question in Cypher. A checkpoint cannot be written to.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk query before 'MATCH (t:Task) RETURN t.pid, t.comm ORDER BY t.pid'",
            "  tablewalk query before -p pfn=0x45b6f --format json \\",
            "    'MATCH (t:Task)-[:POINTS_TO*]->(r:PageRange)",
            "     WHERE r.pfn <= $pfn < r.pfn + r.pages RETURN DISTINCT t.pid, t.comm'",
            "  tablewalk query before -f question.cypher --format csv > answer.csv",
            "  tablewalk query before --saved who_maps_frame -p pa=0x48a3b000",
            "  echo 'MATCH (n) RETURN labels(n), count(*)' | tablewalk query before -f -"
        })
final class QueryCommand extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "CYPHER", description = "The question.")
    private @Nullable String cypher;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Read the question from a file; - is standard input.")
    private @Nullable String file;

    @Option(
            names = "--saved",
            paramLabel = "ID",
            completionCandidates = SavedQueries.Ids.class,
            description = "Ask a saved question; tablewalk queries lists them.")
    private @Nullable String saved;

    @Mixin private SavedQueries queries = new SavedQueries();

    @Option(
            names = {"-p", "--param"},
            paramLabel = "KEY=VALUE",
            description =
                    "The value of the question's $KEY: JSON if it is JSON, an integer if it is"
                            + " 0x…, else text; of a saved question, what that says of it. Repeat"
                            + " for each.")
    private List<String> parameters = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private RowFormat format = RowFormat.TABLE;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() {
        Question question = question();
        CheckpointInfo info = home().info(name);
        SavedQuery asked = question.saved();
        if (asked != null) {
            asked.requireSubject(info);
        }
        try (ConsoleProgress progress = reporting.begin(this)) {
            if (asked != null && info.isDiff() && asked.subject() == Subject.CHECKPOINT) {
                progress.say(name + " is a diff: rows of " + saved + " may be of either side");
            }
            progress.stage("open", 0);
            try (Checkpoint checkpoint = home().open(name)) {
                progress.stage("query", 0);
                try (Rows rows = checkpoint.query(question.cypher(), question.values())) {
                    print(question, rows, progress);
                }
                progress.stage("close", 0);
            }
        }
        return ExitCode.DONE;
    }

    /**
     * What is asked.
     *
     * @param saved null if it is not a saved one
     */
    private record Question(String cypher, Map<String, Object> values, @Nullable SavedQuery saved) {
        /** What is known of the answer's columns; none if nothing is. */
        List<Column> columns() {
            return saved == null ? List.of() : saved.columns();
        }
    }

    private void print(Question question, Rows rows, ConsoleProgress progress) {
        RowWriter writer = format.write(rows.columns(), out(), terminal());
        List<Column> columns = format == RowFormat.TABLE ? question.columns() : List.of();
        while (rows.hasNext()) {
            writer.row(ColumnText.row(columns, rows.next()));
            progress.advance(1);
        }
        // Only now: after a failure the result must not end as if it were whole.
        writer.close();
    }

    private Question question() {
        if (Stream.of(cypher, file, saved).filter(Objects::nonNull).count() > 1) {
            throw UserError.input(
                    "the question is given twice: as text, with -f and with --saved are three ways,"
                            + " of which one is enough");
        }
        if (saved != null) {
            return saved(queries.library(home()).get(saved));
        }
        queries.requireUnused();
        Map<String, Object> values = QueryParameters.parse(parameters);
        if (file != null) {
            return new Question(read(file), values, null);
        }
        if (cypher == null) {
            throw UserError.input(
                    "no question: give it after the checkpoint's name, in a file with -f, or a"
                            + " saved one with --saved");
        }
        return new Question(cypher, values, null);
    }

    private Question saved(SavedQuery query) {
        Map<String, String> given = QueryParameters.split(parameters);
        SavedQueries.requireKnown(given, List.of(query));
        return new Question(query.cypher(), query.values(given), query);
    }

    private String read(String file) {
        try {
            return file.equals("-")
                    ? new String(invocation().streams().in().readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(invocation().path(file));
        } catch (NoSuchFileException e) {
            throw UserError.input("no file " + file + ": -f names a file that holds Cypher", e);
        } catch (IOException e) {
            throw UserError.input(
                    file + " cannot be read as a question in UTF-8: " + e.getMessage(), e);
        }
    }
}
