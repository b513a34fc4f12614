package dev.tablewalk.cli.process;

/** Runs commands. */
@FunctionalInterface
public interface Commands {
    /** Runs one; whatever ends it becomes an exit code, and a line on its standard error. */
    Ended run(Invocation invocation, String... args);

    /**
     * How one ended.
     *
     * @param sound whether the process is what it was before: memory that ran out may have left
     *     anything half done
     */
    record Ended(int exitCode, boolean sound) {}
}
