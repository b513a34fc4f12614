package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.window.Pager;
import dev.tablewalk.cli.window.Window;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.graph.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Asks a checkpoint one statement after the other, as they are typed or as a script has them. */
public final class Shell {
    /** Kept, because a logger that nobody holds forgets that it is off. */
    private static final Logger JLINE = Logger.getLogger("org.jline");

    private Shell() {}

    /**
     * What the shell begins with.
     *
     * @param format of results
     * @param parameters {@code key=value}
     * @param library the saved queries
     * @param history the file that keeps what is typed; it need not exist
     * @param files what names of files mean to the user
     * @param stacktrace whether errors show where in tablewalk they arose
     */
    public record Settings(
            RowFormat format,
            List<String> parameters,
            QueryLibrary library,
            Path history,
            Function<String, Path> files,
            boolean stacktrace) {
        /** Keeps a copy of the list. */
        public Settings {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * Does what a script says, up to its first error.
     *
     * @throws UserError that error
     */
    public static void script(
            Checkpoint checkpoint,
            Settings settings,
            Reader script,
            PrintWriter out,
            Terminal terminal) {
        Session session =
                new Session(
                        checkpoint, settings, new ScriptScreen(out, terminal, settings.format()));
        StatementScanner scanner = new StatementScanner();
        try (BufferedReader lines = new BufferedReader(script)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                for (ShellInput input : scanner.add(line + "\n")) {
                    session.run(input);
                    if (session.isEnded()) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            throw UserError.input("the script cannot be read in UTF-8: " + e.getMessage(), e);
        }
        scanner.end().ifPresent(session::run);
    }

    /**
     * Prompts at a window until the user has had enough.
     *
     * @param err takes errors, a line each
     * @throws UserError if the window cannot be used
     */
    public static void prompt(
            Checkpoint checkpoint, Settings settings, Window window, PrintWriter err) {
        JLINE.setLevel(Level.OFF); // errors are a line, and ours
        try (org.jline.terminal.Terminal terminal = window.open()) {
            prompt(checkpoint, settings, terminal, window.pager(), err);
        } catch (IOException e) {
            throw UserError.input("the terminal cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Prompts on a terminal until the user has had enough.
     *
     * @param pager for what does not fit it
     * @param err takes errors, a line each
     */
    public static void prompt(
            Checkpoint checkpoint,
            Settings settings,
            org.jline.terminal.Terminal window,
            Pager pager,
            PrintWriter err) {
        TerminalScreen screen = new TerminalScreen(window, pager);
        try (WarmUp _ = WarmUp.begin(checkpoint)) {
            Session session = new Session(checkpoint, settings, screen);
            new Prompt(session, screen, window, settings, err).run();
        }
    }
}
