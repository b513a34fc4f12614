package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.ErrorLine;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cypher.CheckpointInfo;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** Reads what is typed, and has it done. */
final class Prompt {
    private static final int HISTORY_ENTRIES = 2000;

    private final Session session;
    private final TerminalScreen screen;
    private final Terminal window;
    private final LineReader reader;
    private final PrintWriter err;
    private final boolean stacktrace;
    private final String prompt;

    Prompt(
            Session session,
            TerminalScreen screen,
            Terminal window,
            Shell.Settings settings,
            PrintWriter err) {
        this.session = session;
        this.screen = screen;
        this.window = window;
        this.reader = reader(session, window, settings);
        this.err = err;
        this.stacktrace = settings.stacktrace();
        this.prompt = session.checkpoint().info().name() + "> ";
    }

    private static LineReader reader(Session session, Terminal window, Shell.Settings settings) {
        LineReaderBuilder builder =
                LineReaderBuilder.builder()
                        .terminal(window)
                        .appName("tablewalk")
                        .parser(new StatementParser())
                        .completer(new ShellCompleter(session))
                        .option(LineReader.Option.CASE_INSENSITIVE, true)
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // ! is Cypher's
                        .option(LineReader.Option.INSERT_TAB, false)
                        .variable(LineReader.BLINK_MATCHING_PAREN, 0)
                        .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P> ")
                        .variable(LineReader.HISTORY_SIZE, HISTORY_ENTRIES)
                        .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_ENTRIES);
        HistoryFile.prepare(settings.history())
                .ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        return builder.build();
    }

    /** Returns when the user has had enough. */
    void run() {
        banner();
        // Ctrl-C interrupts the thread that reads, and an interrupt closes a store's files.
        try (ExecutorService worker =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().name("shell").factory())) {
            while (!session.isEnded()) {
                List<ShellInput> inputs;
                try {
                    inputs = StatementScanner.all(reader.readLine(prompt));
                } catch (UserInterruptException e) {
                    continue;
                } catch (EndOfFileException e) {
                    return;
                }
                waitFor(worker.submit(() -> run(inputs)));
            }
        }
    }

    private void banner() {
        CheckpointInfo info = session.checkpoint().info();
        long nodes = info.nodes().values().stream().mapToLong(Long::longValue).sum();
        long relationships =
                info.relationships().values().stream().mapToLong(Long::longValue).sum();
        screen.note(
                info.name()
                        + ": Linux "
                        + Printable.of(
                                String.valueOf(
                                        info.properties().getOrDefault("kernel_release", "")))
                        + ", "
                        + info.nodes().getOrDefault("Task", 0L)
                        + " tasks, "
                        + nodes
                        + " nodes, "
                        + relationships
                        + " relationships");
        screen.note("A statement ends with ; and Tab completes it. :help tells of commands.");
    }

    /** Several on a line are done one after the other, up to the first that fails. */
    private void run(List<ShellInput> inputs) {
        try {
            for (ShellInput input : inputs) {
                session.run(input);
            }
        } catch (RuntimeException | Error e) {
            window.flush();
            ErrorLine.print(e, err, stacktrace);
        }
    }

    private void waitFor(Future<?> work) {
        while (true) {
            try {
                work.get();
                return;
            } catch (InterruptedException e) {
                screen.interrupt(); // a Ctrl-C that came as the line was read
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
