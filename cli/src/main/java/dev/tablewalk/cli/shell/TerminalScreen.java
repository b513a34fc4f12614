package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.GuardedOutput;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.window.Pager;
import dev.tablewalk.cypher.QueryStop;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jline.terminal.Size;
import org.jline.terminal.Sized;
import org.jspecify.annotations.Nullable;

/** A terminal, at which somebody sits. */
final class TerminalScreen implements Screen {
    /** What a window is taken for that does not tell. */
    private static final Sized UNTOLD = Size.of(80, 24);

    /** The line on what there was, and the next prompt. */
    private static final int LINES_BELOW = 2;

    private static final String BY_CTRL_C = "by Ctrl-C";

    private final org.jline.terminal.Terminal window;
    private final Pager pager;
    private final AtomicReference<@Nullable QueryStop> running = new AtomicReference<>();

    /** From now on Ctrl-C stops what runs, and never the process. */
    TerminalScreen(org.jline.terminal.Terminal window, Pager pager) {
        this.window = window;
        this.pager = pager;
        if (window.getColumns() <= 0 || window.getRows() <= 0) {
            window.setSize(UNTOLD);
        }
        window.handle(org.jline.terminal.Terminal.Signal.INT, _ -> interrupt());
    }

    /** Stops what runs, if something does. */
    void interrupt() {
        QueryStop stop = running.get();
        if (stop != null) {
            stop.now(BY_CTRL_C);
        }
    }

    @Override
    public Terminal terminal() {
        return new Terminal(true, true, true, window.getColumns());
    }

    @Override
    public void stoppable(Consumer<QueryStop> action) {
        QueryStop stop = new QueryStop();
        running.set(stop);
        try {
            action.accept(stop);
        } catch (UserError e) {
            if (BY_CTRL_C.equals(stop.reason())) {
                note(""); // the terminal has shown ^C
            }
            throw e;
        } finally {
            running.set(null);
        }
    }

    @Override
    public boolean show(QueryStop stop, Consumer<PrintWriter> content) {
        OutputStream terminal = window.output();
        if (!pager.exists()) {
            content.accept(writer(terminal));
            window.flush();
            return true;
        }
        PagedOutput paged =
                new PagedOutput(
                        terminal,
                        pager,
                        window.getRows() - LINES_BELOW,
                        terminal().columns(),
                        () -> stop.now("as its reader left"));
        try (paged) {
            PrintWriter out = writer(paged);
            content.accept(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            if (!paged.isLeft()) {
                throw e;
            }
        }
        return !paged.isLeft();
    }

    private static PrintWriter writer(OutputStream to) {
        return new PrintWriter(
                new OutputStreamWriter(new GuardedOutput(to), StandardCharsets.UTF_8), false);
    }

    @Override
    public void note(String line) {
        window.writer().println(line);
        window.writer().flush();
    }
}
