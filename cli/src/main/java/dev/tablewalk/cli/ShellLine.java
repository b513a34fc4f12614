package dev.tablewalk.cli;

import dev.tablewalk.cli.output.Printable;
import java.util.regex.Pattern;

/** A command line that can be pasted into a shell. */
final class ShellLine {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    private final StringBuilder line = new StringBuilder();

    ShellLine(String... words) {
        add(words);
    }

    void add(String... words) {
        for (String word : words) {
            line.append(line.isEmpty() ? "" : " ").append(quoted(word));
        }
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches()
                ? word
                : "'" + Printable.of(word).replace("'", "'\\''") + "'";
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
