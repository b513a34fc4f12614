package dev.tablewalk.cli.input;

import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Spans of time, as they are typed. */
public final class Times {
    private static final Pattern TIME = Pattern.compile("[0-9]{1,6}[smh]");

    private Times() {}

    /**
     * Reads one such as {@code 90s}, {@code 30m} or {@code 2h}.
     *
     * @param of what takes it, as its user knows it
     * @throws UserError if it is none
     */
    public static Duration parse(String of, String text) {
        if (!TIME.matcher(text).matches()) {
            throw UserError.input(of + " takes a time such as 90s, 30m or 2h, not " + text);
        }
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
