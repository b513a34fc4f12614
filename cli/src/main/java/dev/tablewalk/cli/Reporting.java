package dev.tablewalk.cli;

import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.progress.ConsoleProgress;
import java.io.PrintWriter;
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

    ConsoleProgress begin(PrintWriter err, Terminal terminal) {
        return new ConsoleProgress(err, terminal, quiet, timings);
    }
}
