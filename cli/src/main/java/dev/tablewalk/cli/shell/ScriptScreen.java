package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cypher.QueryStop;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** A file or a pipe: results and nothing else, as wide as they are. */
final class ScriptScreen implements Screen {
    private final PrintWriter out;
    private final Terminal terminal;
    private final RowFormat format;
    private boolean shown;

    ScriptScreen(PrintWriter out, Terminal terminal, RowFormat format) {
        this.out = out;
        // Only who types sees to the width; what a terminal obeys is escaped all the same.
        this.terminal =
                new Terminal(false, terminal.stdout(), terminal.stderr(), Integer.MAX_VALUE / 2);
        this.format = format;
    }

    @Override
    public Terminal terminal() {
        return terminal;
    }

    @Override
    public void stoppable(Consumer<QueryStop> action) {
        action.accept(new QueryStop());
    }

    @Override
    public boolean show(QueryStop stop, Consumer<PrintWriter> content) {
        if (shown && format == RowFormat.TABLE) {
            out.println();
        }
        shown = true;
        content.accept(out);
        out.flush();
        return true;
    }

    @Override
    public void note(String line) {}
}
