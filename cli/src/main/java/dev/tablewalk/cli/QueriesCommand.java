package dev.tablewalk.cli;

import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.ReportFormat;
import dev.tablewalk.cli.report.SavedQueryText;
import dev.tablewalk.cypher.push.PushedQuery;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.UserError;
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
            "  tablewalk queries orphan_tables --pushed before | cypher-shell -a neo4j://graph",
            "  tablewalk queries --queries my-queries --format json"
        })
final class QueriesCommand extends Verb {
    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            completionCandidates = SavedQueries.Ids.class,
            description = "Show this one.")
    private @Nullable String id;

    @Option(
            names = "--pushed",
            paramLabel = "NAME",
            description =
                    "Print only the Cypher of the one that is shown, as it is asked of the"
                            + " checkpoint NAME where tablewalk push wrote it.")
    private @Nullable String pushed;

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
        if (pushed != null) {
            if (id == null) {
                throw UserError.input("--pushed goes with the ID of a query");
            }
            out().println(PushedQuery.of(library.get(id), pushed) + ";");
        } else if (id != null) {
            SavedQueryText.show(library.get(id), format, out(), terminal());
        } else {
            SavedQueryText.list(library.all(), format, out(), terminal());
        }
        return ExitCode.DONE;
    }
}
