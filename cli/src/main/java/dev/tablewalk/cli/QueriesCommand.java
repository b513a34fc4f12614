package dev.tablewalk.cli;

import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.JsonText;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.report.SavedQueryText;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the saved queries, or shows one; opens no store. */
@Command(
        name = "queries",
        description = {
            "List the saved queries, or show one with its meaning, its parameters and its Cypher.",
            "A constraint's rows are violations (tablewalk check asks them all), a report's are"
                    + " facts (tablewalk query NAME --saved ID)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk queries",
            "  tablewalk queries who_maps_frame",
            "  tablewalk queries --queries my-queries --format json"
        })
final class QueriesCommand extends Verb {
    private static final List<String> COLUMNS =
            List.of("category", "id", "kind", "severity", "title");

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            completionCandidates = SavedQueries.Ids.class,
            description = "Show this one.")
    private @Nullable String id;

    @Mixin private SavedQueries queries = new SavedQueries();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private ReportFormat format = ReportFormat.TABLE;

    @Override
    public Integer call() {
        QueryLibrary library = queries.library(home());
        if (id != null) {
            show(library.get(id));
        } else {
            list(library.all());
        }
        return ExitCode.DONE;
    }

    private void list(List<SavedQuery> all) {
        if (format == ReportFormat.JSON) {
            new JsonText(out(), terminal())
                    .pretty(Map.of("queries", all.stream().map(SavedQueryText::json).toList()));
            return;
        }
        try (RowWriter rows = RowFormat.TABLE.write(COLUMNS, out(), terminal())) {
            for (SavedQuery query : all) {
                rows.row(
                        List.of(
                                query.category(),
                                query.id(),
                                query.kind().toString(),
                                Objects.toString(query.severity(), ""),
                                query.title()));
            }
        }
    }

    private void show(SavedQuery query) {
        if (format == ReportFormat.JSON) {
            new JsonText(out(), terminal()).pretty(SavedQueryText.json(query));
        } else {
            SavedQueryText.print(query, out(), terminal());
        }
    }
}
