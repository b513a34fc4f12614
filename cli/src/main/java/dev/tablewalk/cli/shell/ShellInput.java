package dev.tablewalk.cli.shell;

/** What the shell is told to do. */
sealed interface ShellInput {
    /** A statement, without its {@code ;}. */
    record Statement(String cypher) implements ShellInput {}

    /** A line that begins with {@code :}, without that. */
    record Command(String line) implements ShellInput {}
}
