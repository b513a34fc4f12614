package dev.tablewalk.cli.mcp;

import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.saved.SavedQuery;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a checkpoint a saved query. */
final class SavedQueryTool extends Tool {
    private final OpenCheckpoints checkpoints;
    private final QueryLibrary library;

    SavedQueryTool(OpenCheckpoints checkpoints, QueryLibrary library) {
        super(
                "saved_query",
                "Ask a saved query",
                "Asks a checkpoint one of the questions that saved_queries lists, such as who maps"
                    + " a frame or which mappings are writable and executable. Prefer it to Cypher"
                    + " of your own where there is one. "
                        + UNTRUSTED,
                RowsOf.arguments()
                        .with("id", Shape.text(), "Of the saved query.")
                        .maybe(
                                "parameters",
                                Shape.object(),
                                "Values of its parameters; addresses as text of the form 0x…."),
                RowsOf.answer());
        this.checkpoints = checkpoints;
        this.library = library;
    }

    @Override
    Map<String, @Nullable Object> answer(Arguments arguments, Call call) {
        SavedQuery query = library.get(arguments.text("id"));
        Map<String, String> given = arguments.typed("parameters");
        SavedQueries.requireKnown(given, List.of(query));
        return checkpoints.ask(
                arguments.text("checkpoint"),
                call,
                checkpoint -> {
                    query.requireSubject(checkpoint.info());
                    return RowsOf.query(
                            checkpoint, query.cypher(), query.values(given), arguments, call);
                });
    }
}
