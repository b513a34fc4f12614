package dev.tablewalk.cli.mcp;

import dev.tablewalk.cli.input.QueryParameters;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a checkpoint in Cypher. */
final class QueryTool extends Tool {
    private final OpenCheckpoints checkpoints;

    QueryTool(OpenCheckpoints checkpoints) {
        super(
                "query",
                "Ask in Cypher",
                "Asks a checkpoint a question in Cypher, as Neo4j has it. It can only read: what"
                        + " would write is refused. Use it for what no saved query asks; read"
                        + " schema first. A question is stopped at the server's time limit. Give"
                        + " values as parameters ($pid) rather than within the text. "
                        + UNTRUSTED,
                RowsOf.arguments()
                        .with("cypher", Shape.text(), "The question.")
                        .maybe(
                                "parameters",
                                Shape.object(),
                                "Values of the question's $names; a text of the form 0x… becomes"
                                        + " an integer."),
                RowsOf.answer());
        this.checkpoints = checkpoints;
    }

    @Override
    Map<String, @Nullable Object> answer(Arguments arguments, Call call) {
        Map<String, Object> values = QueryParameters.values(arguments.quoted("parameters"));
        return checkpoints.ask(
                arguments.text("checkpoint"),
                call,
                checkpoint ->
                        RowsOf.query(
                                checkpoint, arguments.text("cypher"), values, arguments, call));
    }
}
