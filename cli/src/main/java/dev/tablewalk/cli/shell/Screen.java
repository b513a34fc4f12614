package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.QueryStop;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** Where the shell shows what it found. */
sealed interface Screen permits ScriptScreen, TerminalScreen {
    /** As it is now: a window may have changed its size. */
    Terminal terminal();

    /** Does something that the user can stop. */
    void stoppable(Consumer<QueryStop> action);

    /**
     * Shows a result.
     *
     * @param stop is used if its reader has seen enough
     * @param content prints it
     * @return whether it was read to its end
     */
    boolean show(QueryStop stop, Consumer<PrintWriter> content);

    /** Shows a result that is at hand. */
    default void show(Consumer<PrintWriter> content) {
        show(new QueryStop(), content);
    }

    /** Says something that is no result: to people only. */
    void note(String line);
}
