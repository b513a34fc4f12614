package dev.tablewalk.cli;

/** What the process ends with. */
final class ExitCode {
    /** Done. */
    static final int DONE = 0;

    /** Done, and something was found. */
    static final int FOUND = 1;

    /** What the user typed or pointed at is wrong. */
    static final int INPUT = 2;

    /** A fault of tablewalk's own; 3, that the image cannot be understood, is a UserError's. */
    static final int INTERNAL = 4;

    private ExitCode() {}
}
