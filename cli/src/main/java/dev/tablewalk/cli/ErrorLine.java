package dev.tablewalk.cli;

import dev.tablewalk.cli.output.GuardedOutput;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.graph.UserError;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line on stderr for whatever ends a command: what, where, what to do. */
final class ErrorLine {
    private ErrorLine() {}

    /** Prints the line, and with {@code stacktrace} the rest; returns the exit code. */
    static int print(Throwable failure, PrintWriter err, boolean stacktrace) {
        int exitCode =
                switch (failure) {
                    case UserError e -> {
                        line(err, message(e));
                        yield e.kind().exitCode();
                    }
                    case GuardedOutput.Closed e -> throw e;
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
    static int parameters(ParameterException failure, PrintWriter err, boolean stacktrace) {
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

    /**
     * The result could not be written: silence if its reader has gone, as behind {@code | head}.
     */
    static int outputClosed(GuardedOutput.Closed failure, PrintWriter err, boolean stacktrace) {
        if (failure.readerGone()) {
            return ExitCode.DONE;
        }
        line(err, "cannot write the result: " + message(failure) + "; the output is cut short");
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
