package dev.tablewalk.cli.shell;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The program that shows what does not fit a window.
 *
 * @param command for {@code sh}; empty if there is none, and all is printed on
 */
public record Pager(String command) {
    private static final String LESS = "less -S -R -F -X";

    /** {@code $PAGER}, else less if there is one. */
    static Pager of(@Nullable String stated, @Nullable String path) {
        if (stated != null) {
            return new Pager(stated.strip());
        }
        boolean less =
                path != null
                        && Arrays.stream(path.split(File.pathSeparator, -1))
                                .filter(folder -> !folder.isEmpty())
                                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "less")));
        return new Pager(less ? LESS : "");
    }

    boolean exists() {
        return !command.isEmpty();
    }

    Process start() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", command)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent("LESSCHARSET", "utf-8"); // what we write
        return builder.start();
    }
}
