package dev.tablewalk.cli;

import dev.tablewalk.cli.progress.ConsoleProgress;
import picocli.CommandLine.Option;

/** What a long command tells of itself on stderr. */
final class Reporting {
    @Option(
            names = {"-q", "--quiet"},
            description = "Print no messages and no progress, only results and errors.")
    private boolean quiet;

    @Option(
            names = "--timings",
            description = "At the end, print on stderr what each stage took, and the peak memory.")
    private boolean timings;

    ConsoleProgress begin(Verb of) {
        return begin(of, quiet, timings);
    }

    /** For a command that lets its user choose neither. */
    static ConsoleProgress begin(Verb of, boolean quiet, boolean timings) {
        return new ConsoleProgress(of.err(), of.invocation(), quiet, timings);
    }
}
