package dev.tablewalk.cli.input;

import dev.tablewalk.cli.client.Request;
import dev.tablewalk.cli.process.Invocation;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A password: from a file, the environment, or who types. Never an option's value. */
public final class Password {
    private static final char NO_ECHO = 0;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "A file whose first line is the password. Else it is $"
                            + Request.PASSWORD
                            + ", else it is asked for.")
    private @Nullable Path file;

    /**
     * The password.
     *
     * @param whom as the prompt says it
     * @throws UserError if there is none and nobody can be asked
     */
    public String read(Invocation invocation, String whom) {
        if (file != null) {
            return firstLine(file);
        }
        String stated = invocation.place().environment().get(Request.PASSWORD);
        if (stated != null) {
            return stated;
        }
        if (!invocation.terminal().stdin() || !invocation.terminal().stdout()) {
            throw UserError.input(
                    "no password for "
                            + whom
                            + ": give it in a file (--password-file) or in $"
                            + Request.PASSWORD);
        }
        return ask(invocation, whom);
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw UserError.input(
                    "the password file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String ask(Invocation invocation, String whom) {
        try (Terminal window = invocation.window().open()) {
            return LineReaderBuilder.builder()
                    .terminal(window)
                    .build()
                    .readLine("Password of " + whom + ": ", NO_ECHO);
        } catch (UserInterruptException | EndOfFileException e) {
            throw UserError.input("no password was given", e);
        } catch (IOException e) {
            throw UserError.input("no password can be asked for: " + e.getMessage(), e);
        }
    }
}
