package dev.tablewalk.cli.output;

import dev.tablewalk.graph.UserError;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line on stderr for whatever ends a command: what, where, what to do. */
public final class ErrorLine {
    private ErrorLine() {}

    /** Prints the line, and with {@code stacktrace} the rest; returns the exit code. */
    public static int print(Throwable failure, PrintWriter err, boolean stacktrace) {
        if (failure instanceof GuardedOutput.Closed closed && closed.readerGone()) {
            return ExitCode.DONE; // as behind | head
        }
        int exitCode =
                switch (failure) {
                    case UserError e -> {
                        line(err, message(e));
                        yield e.kind().exitCode();
                    }
                    case GuardedOutput.Closed e -> {
                        line(
                                err,
                                "cannot write the result: "
                                        + message(e)
                                        + "; what there is of it is cut short");
                        yield ExitCode.INPUT;
                    }
                    case OutOfMemoryError e -> {
                        line(
                                err,
                                "out of memory ("
                                        + message(e)
                                        + "): give it more, as in"
                                        + " TABLEWALK_JAVA_OPTS=-Xmx4g tablewalk …");
                        yield ExitCode.INTERNAL;
                    }
                    default -> {
                        line(
                                err,
                                "internal error: "
                                        + failure.getClass().getSimpleName()
                                        + ": "
                                        + message(failure)
                                        + (stacktrace ? "" : "; --stacktrace shows where"));
                        yield ExitCode.INTERNAL;
                    }
                };
        if (stacktrace) {
            failure.printStackTrace(err);
            err.flush();
        }
        return exitCode;
    }

    /** What was typed cannot be parsed. */
    public static int parameters(ParameterException failure, PrintWriter err, boolean stacktrace) {
        CommandLine command = failure.getCommandLine();
        StringBuilder suggestions = new StringBuilder();
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            suggestions
                    .append(" (did you mean ")
                    .append(String.join(" or ", unmatched.getSuggestions()))
                    .append("?)");
        }
        line(
                err,
                message(failure)
                        + suggestions
                        + "; see "
                        + command.getCommandSpec().qualifiedName()
                        + " --help");
        if (stacktrace) {
            failure.printStackTrace(err);
            err.flush();
        }
        return ExitCode.INPUT;
    }

    private static String message(Throwable failure) {
        String text = Objects.requireNonNullElse(failure.getMessage(), "");
        return Printable.of(text.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private static void line(PrintWriter err, String text) {
        err.println("tablewalk: " + text);
        err.flush();
    }
}
