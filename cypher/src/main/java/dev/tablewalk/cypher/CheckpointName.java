package dev.tablewalk.cypher;

import dev.tablewalk.graph.UserError;
import java.util.regex.Pattern;

/** What a checkpoint may be called: a name that is one plain folder on every file system. */
public final class CheckpointName {
    public static final int MAX_LENGTH = 64;

    /** The folder of a store home that holds the user's saved queries. */
    static final String QUERIES = "queries";

    /** The folder of a store home that holds what is known of series of moments. */
    public static final String SERIES = "series";

    /** The file of a store home that holds what was typed into shells. */
    static final String SHELL_HISTORY = "shell.history";

    private static final Pattern VALID =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0," + (MAX_LENGTH - 1) + "}");

    private CheckpointName() {}

    /** Whether a checkpoint may be called that. */
    public static boolean isValid(String name) {
        return VALID.matcher(name).matches()
                && !name.equals(QUERIES)
                && !name.equals(SERIES)
                && !name.equals(SHELL_HISTORY);
    }

    /**
     * Asks whether a checkpoint may be called that.
     *
     * @throws UserError if not
     */
    public static void require(String name) {
        if (!isValid(name)) {
            throw UserError.input(
                    "'"
                            + Text.oneLine(name, 80)
                            + "' cannot name a checkpoint: use 1 to "
                            + MAX_LENGTH
                            + " of the characters A-Z a-z 0-9 . _ -, begin with neither . nor -,"
                            + " and leave the names "
                            + QUERIES
                            + ", "
                            + SERIES
                            + " and "
                            + SHELL_HISTORY
                            + " to your saved queries, watches and the shell");
        }
    }
}
