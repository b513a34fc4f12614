package dev.tablewalk.cli.window;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The program that shows what does not fit a window.
 *
 * @param command for {@code sh}; empty if there is none, and all is printed on
 * @param launcher starts it
 */
public record Pager(String command, Launcher launcher) {
    private static final String LESS = "less -S -R -F -X";

    /** One that this process starts. */
    public Pager(String command) {
        this(command, Pager::launch);
    }

    /** One that this process starts, for {@code $PAGER} and {@code $PATH}. */
    static Pager of(@Nullable String stated, @Nullable String path) {
        return new Pager(command(stated, path));
    }

    /** What is started for {@code $PAGER} and {@code $PATH}; empty if there is nothing. */
    public static String command(@Nullable String stated, @Nullable String path) {
        if (stated != null) {
            return stated.strip();
        }
        boolean less =
                path != null
                        && Arrays.stream(path.split(File.pathSeparator, -1))
                                .filter(folder -> !folder.isEmpty())
                                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "less")));
        return less ? LESS : "";
    }

    public boolean exists() {
        return !command.isEmpty();
    }

    public Running start() throws IOException {
        return launcher.launch(command);
    }

    /** Starts pagers. */
    public interface Launcher {
        Running launch(String command) throws IOException;
    }

    /** A pager at work. */
    public interface Running {
        /** What it is to show; its end is that of the text. */
        OutputStream text();

        /** Is done when it has ended. */
        CompletableFuture<?> ended();
    }

    private static Running launch(String command) throws IOException {
        Process process = process(command).start();
        return new Running() {
            @Override
            public OutputStream text() {
                return process.getOutputStream();
            }

            @Override
            public CompletableFuture<?> ended() {
                return process.onExit();
            }
        };
    }

    private static ProcessBuilder process(String command) {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", command)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent("LESSCHARSET", "utf-8"); // what we write
        return builder;
    }
}
