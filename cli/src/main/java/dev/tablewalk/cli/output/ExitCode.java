package dev.tablewalk.cli.output;

/** What the process ends with. */
public final class ExitCode {
    /** Done. */
    public static final int DONE = 0;

    /** Done, and something was found. */
    public static final int FOUND = 1;

    /** What the user typed or pointed at is wrong. */
    public static final int INPUT = 2;

    /** A fault of tablewalk's own; 3, that the image cannot be understood, is a UserError's. */
    public static final int INTERNAL = 4;

    private ExitCode() {}
}
