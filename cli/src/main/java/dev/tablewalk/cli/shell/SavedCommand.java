package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.input.QueryParameters;
import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.UserError;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** Asks a saved query, or lists those that can be asked. */
final class SavedCommand {
    private SavedCommand() {}

    static void run(Session session, String arguments) {
        List<String> words = Words.of(arguments);
        if (words.isEmpty()) {
            session.screen().show(out -> list(session, out));
        } else {
            session.ask(question(session, words));
        }
    }

    private static void list(Session session, PrintWriter out) {
        try (RowWriter rows =
                RowFormat.TABLE.write(
                        List.of("id", "kind", "title"), out, session.screen().terminal())) {
            for (SavedQuery query : session.library().all()) {
                rows.row(List.of(query.id(), query.kind().toString(), query.title()));
            }
        }
    }

    private static Question question(Session session, List<String> words) {
        SavedQuery query = session.library().get(words.getFirst());
        CheckpointInfo info = session.checkpoint().info();
        query.requireSubject(info);
        Map<String, String> given = QueryParameters.split(words.subList(1, words.size()));
        SavedQueries.requireKnown(given, List.of(query));
        Map<String, String> all = session.parameters().of(query, given);
        requireAll(query, all);
        if (info.isDiff() && query.subject() == SavedQuery.Subject.CHECKPOINT) {
            session.screen()
                    .note(
                            info.name()
                                    + " is a diff: rows of "
                                    + query.id()
                                    + " may be of either"
                                    + " side");
        }
        return new Question(query.cypher(), query.values(all), query.columns());
    }

    /** Says how to give a value here: elsewhere it is an option. */
    private static void requireAll(SavedQuery query, Map<String, String> given) {
        for (SavedQuery.Parameter parameter : query.parameters()) {
            if (parameter.standard() == null && !given.containsKey(parameter.name())) {
                throw UserError.input(
                        "query "
                                + query.id()
                                + " needs a value for $"
                                + parameter.name()
                                + " ("
                                + parameter.meaning()
                                + "): :saved "
                                + query.id()
                                + " "
                                + parameter.name()
                                + "=…");
            }
        }
    }
}
