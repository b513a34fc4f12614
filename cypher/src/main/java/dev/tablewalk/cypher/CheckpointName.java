package dev.tablewalk.cypher;

import dev.tablewalk.graph.UserError;
import java.util.regex.Pattern;

/** What a checkpoint may be called: a name that is one plain folder on every file system. */
final class CheckpointName {
    static final int MAX_LENGTH = 64;

    /** The folder of a store home that holds the user's saved queries. */
    static final String QUERIES = "queries";

    /** The file of a store home that holds what was typed into shells. */
    static final String SHELL_HISTORY = "shell.history";

    private static final Pattern VALID =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0," + (MAX_LENGTH - 1) + "}");

    private CheckpointName() {}

    static boolean isValid(String name) {
        return VALID.matcher(name).matches()
                && !name.equals(QUERIES)
                && !name.equals(SHELL_HISTORY);
    }

    static void require(String name) {
        if (!isValid(name)) {
            throw UserError.input(
                    "'"
                            + Text.oneLine(name, 80)
                            + "' cannot name a checkpoint: use 1 to "
                            + MAX_LENGTH
                            + " of the characters A-Z a-z 0-9 . _ -, begin with neither . nor -,"
                            + " and leave the names "
                            + QUERIES
                            + " and "
                            + SHELL_HISTORY
                            + " to your saved queries and the shell");
        }
    }
}
