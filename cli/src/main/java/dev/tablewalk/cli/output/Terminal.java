package dev.tablewalk.cli.output;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the input comes from, and where the output goes.
 *
 * @param stdin a person types what is read
 * @param stdout a person reads the results as they come
 * @param stderr a person reads the messages as they come
 * @param columns the terminal is wide; without meaning if neither is a terminal
 */
public record Terminal(boolean stdin, boolean stdout, boolean stderr, int columns) {
    private static final int FALLBACK_COLUMNS = 80;

    /** Files and pipes only. */
    public static final Terminal NONE = new Terminal(false, false, false, FALLBACK_COLUMNS);

    /** How this process was started. Costs three links read, and one {@code stty} on a terminal. */
    public static Terminal detect() {
        boolean stdout = isTerminal(1);
        boolean stderr = isTerminal(2);
        return new Terminal(
                isTerminal(0),
                stdout,
                stderr,
                stdout || stderr ? measureColumns() : FALLBACK_COLUMNS);
    }

    /** Java tells of a console only where input and output both are one. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noProc) {
            return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        }
    }

    private static int measureColumns() {
        int stated = columnsIn(System.getenv("COLUMNS"));
        if (stated > 0) {
            return stated;
        }
        try {
            String rowsAndColumns = Stty.run("size");
            int space = rowsAndColumns.indexOf(' ');
            int measured = columnsIn(rowsAndColumns.substring(space + 1));
            return measured > 0 ? measured : FALLBACK_COLUMNS;
        } catch (IOException noTerminal) {
            return FALLBACK_COLUMNS;
        }
    }

    private static int columnsIn(@Nullable String text) {
        return text != null && text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
    }
}
