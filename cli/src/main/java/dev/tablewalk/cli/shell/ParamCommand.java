package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.graph.UserError;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;

/** Sets, forgets or lists the values of {@code $parameters}. */
final class ParamCommand {
    private ParamCommand() {}

    static void run(Session session, String arguments) {
        if (arguments.isEmpty()) {
            session.screen().show(out -> list(session, out));
            return;
        }
        if (arguments.equals("clear")) {
            session.parameters().clear();
            return;
        }
        List<String> words = Words.of(arguments);
        if (words.size() != 1 || words.getFirst().indexOf('=') < 1) {
            throw UserError.input(
                    "a parameter is KEY=VALUE without spaces around =, as in :param pid=1; a text"
                            + " with spaces goes in quotes");
        }
        session.parameters().set(words.getFirst());
    }

    private static void list(Session session, PrintWriter out) {
        try (RowWriter rows =
                RowFormat.TABLE.write(
                        List.of("parameter", "value"), out, session.screen().terminal())) {
            new TreeMap<>(session.parameters().values())
                    .forEach((key, value) -> rows.row(List.of("$" + key, value)));
        }
    }
}
