package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ErrorLine;
import dev.tablewalk.cli.output.GuardedOutput;
import dev.tablewalk.cli.output.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Starts the command that the arguments name. */
public final class Main {
    private static final int BUFFER_BYTES = 1 << 16;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        Terminal terminal = Terminal.detect();
        PrintWriter out = guarded(FileDescriptor.out, terminal.stdout());
        PrintWriter err = guarded(FileDescriptor.err, true);
        System.exit(run(terminal, out, err, args));
    }

    /**
     * Runs one command, and whatever ends it becomes an exit code and, unless all is well, one line
     * on {@code err}.
     */
    static int run(Terminal terminal, PrintWriter out, PrintWriter err, String... args) {
        Tablewalk root = new Tablewalk(terminal);
        CommandLine commandLine = root.commandLine().setOut(out).setErr(err);
        try {
            int exitCode = commandLine.execute(args);
            out.flush();
            return exitCode;
        } catch (GuardedOutput.Closed | Error e) {
            return ErrorLine.print(e, err, root.stacktrace());
        }
    }

    /** Runs one command whose output nobody wants; returns its exit code. */
    public static int quietly(String... args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return run(Terminal.NONE, nowhere, nowhere, args);
    }

    private static PrintWriter guarded(FileDescriptor to, boolean flushLines) {
        return new PrintWriter(
                new OutputStreamWriter(
                        new BufferedOutputStream(
                                new GuardedOutput(new FileOutputStream(to)), BUFFER_BYTES),
                        StandardCharsets.UTF_8),
                flushLines);
    }
}
