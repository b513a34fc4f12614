package dev.tablewalk.cli.progress;

import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.process.Invocation;
import dev.tablewalk.graph.Progress;
import java.io.PrintStream;
import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Tells on stderr what is found and, on a terminal, how far the present stage is. */
public final class ConsoleProgress implements Progress, AutoCloseable {
    private static final int UPDATE_MILLIS = 100;
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintWriter err;
    private final Invocation invocation;
    private final Terminal terminal;
    private final boolean quiet;
    private final boolean timings;
    private final StageClock clock;
    private @Nullable ProgressBar bar;

    /**
     * @param quiet print no findings and no bar
     * @param timings print the stages' times when closed
     */
    public ConsoleProgress(PrintWriter err, Invocation invocation, boolean quiet, boolean timings) {
        this.err = err;
        this.invocation = invocation;
        this.terminal = invocation.terminal();
        this.quiet = quiet;
        this.timings = timings;
        this.clock = new StageClock(invocation.age());
    }

    @Override
    public synchronized void stage(String name, long total) {
        invocation.stops().requireGoing();
        closeBar();
        clock.begin(name);
        if (!quiet && terminal.stderr()) {
            bar =
                    new ProgressBarBuilder()
                            .setTaskName(name)
                            .setInitialMax(total > 0 ? total : -1)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(UPDATE_MILLIS)
                            .clearDisplayOnFinish()
                            .setConsumer(
                                    new ConsoleProgressBarConsumer(
                                            new PrintStream(invocation.streams().err()),
                                            terminal.columns()))
                            .build();
        }
    }

    @Override
    public synchronized void advance(long done) {
        invocation.stops().requireGoing();
        clock.advance(done);
        if (bar != null) {
            bar.stepBy(done);
        }
    }

    @Override
    public synchronized void found(String what, String value, String proof) {
        if (quiet) {
            return;
        }
        String line =
                proof.isEmpty()
                        ? String.format("%-12s %s", Printable.of(what), Printable.of(value))
                        : String.format(
                                "%-12s %-32s %s",
                                Printable.of(what), Printable.of(value), Printable.of(proof));
        say(line);
    }

    /** Prints a line, unless quiet. */
    public synchronized void say(String line) {
        if (!quiet) {
            err.println(bar == null ? line : ERASE_LINE + line);
            err.flush();
        }
    }

    /** Seconds since the command was started. */
    public double seconds() {
        return clock.seconds();
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** Ends the last stage; prints the times if they were asked for. */
    @Override
    public synchronized void close() {
        closeBar();
        clock.end();
        if (timings) {
            clock.print(err);
        }
    }
}
