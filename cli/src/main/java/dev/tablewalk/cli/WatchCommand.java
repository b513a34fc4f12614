package dev.tablewalk.cli;

import dev.tablewalk.cli.input.GuestOptions;
import dev.tablewalk.cli.input.SavedQueries;
import dev.tablewalk.cli.input.Times;
import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.Printable;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.MomentRows;
import dev.tablewalk.cli.watch.Watch;
import dev.tablewalk.cypher.saved.SavedQuery.Subject;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a guest's moments, one after the other, and tells what changes. */
@Command(
        name = "watch",
        description = {
            "Take one moment after the other of a guest that runs in QEMU on this machine: capture"
                    + " it, ingest it, check it, tell what changed, and drop the image. A line"
                    + " tells of each: how long the guest stood still, what it took, what it added"
                    + " to the disk, which violations came and went, by the rows of each"
                    + " constraint.",
            "Checkpoints are called PREFIX-000001 and so on. The first and the last few are kept;"
                    + " of those between, what changed from one to the next, as diff --format"
                    + " ndjson prints it, and what the checks came to: tablewalk list --series"
                    + " PREFIX.",
            "Whatever ends it, the same command goes on with the next number, and takes away what"
                    + " was left of a moment. Ctrl-C ends it. It ends with 2 when the guest is"
                    + " gone. A moment that cannot be taken is missed, and one whose time is over"
                    + " before the last is done is skipped; both are said."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk watch --qmp /run/guest/qmp.sock --every 60s",
            "  tablewalk watch --libvirt my-guest --every 5m --keep 12 --as my-guest",
            "  tablewalk watch --qmp qmp.sock --every 10s --moments 30 --format ndjson",
            "  tablewalk list --series my-guest",
            "  zcat .tablewalk/series/my-guest/000007.changes.ndjson.gz | jq .change"
        })
final class WatchCommand extends Verb {
    /** For a moment to be given up when the process is told to end. */
    private static final int SECONDS_TO_END = 30;

    private static final int MOST_KEPT = 100_000;

    @Mixin private GuestOptions guest = new GuestOptions();

    @Option(
            names = "--every",
            paramLabel = "TIME",
            required = true,
            description = "From one moment to the next, such as 60s, 5m or 1h.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String every;

    @Option(
            names = "--as",
            paramLabel = "PREFIX",
            defaultValue = "watch",
            description = "What checkpoints' names begin with; ${DEFAULT-VALUE} if not given.")
    private String prefix = "watch";

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Keep the last N checkpoints, besides the first; ${DEFAULT-VALUE} if not"
                            + " given.")
    private int keep = 3;

    @Option(
            names = "--moments",
            paramLabel = "N",
            description = "End after N moments; if not given, go on.")
    private @Nullable Long moments;

    @Option(
            names = "--hash",
            description =
                    "Also keep a hash of each page of RAM, 8 bytes each, so that what changed tells"
                            + " which pages were written.")
    private boolean hash;

    @Mixin private SavedQueries queries = new SavedQueries();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description =
                    "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}, a line for people, if not given.")
    private RowFormat format = RowFormat.TABLE;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print no progress, only results, what is missed or skipped, and errors.")
    private boolean quiet;

    @Override
    public Integer call() {
        Duration time = Times.parse("--every", every);
        if (time.isZero()) {
            throw UserError.input("--every takes a time of at least 1s");
        }
        if (keep < 1 || keep > MOST_KEPT) {
            throw UserError.input("--keep takes 1 to " + MOST_KEPT);
        }
        if (moments != null && moments < 1) {
            throw UserError.input("--moments takes a number from 1, not " + moments);
        }
        Series series = Series.of(home(), prefix);
        Watch.Plan plan =
                new Watch.Plan(
                        image -> guest.request(image, true, invocation().place()),
                        hash,
                        queries.library(home()).constraints(Subject.CHECKPOINT),
                        time,
                        keep,
                        moments == null ? Long.MAX_VALUE : moments,
                        Version.text());
        // Ctrl-C and kill end the process, which waits until what is under way is taken away.
        CountDownLatch ended = new CountDownLatch(1);
        Thread ending = Thread.ofPlatform().unstarted(() -> end(ended));
        Runtime.getRuntime().addShutdownHook(ending);
        try (Lines lines = new Lines(series)) {
            Watch.run(plan, home(), series, invocation().stops(), lines);
        } finally {
            ended.countDown();
            forget(ending);
        }
        return ExitCode.DONE;
    }

    private void end(CountDownLatch ended) {
        invocation().stops().now("as the process was told to end");
        try {
            if (!ended.await(SECONDS_TO_END, TimeUnit.SECONDS)) {
                err().println("tablewalk: what is left of a moment goes with the next watch");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process may go on for others. */
    private static void forget(Thread ending) {
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException e) {
            // It is ending, and the thread runs.
        }
    }

    /** Prints what there is to tell, each as soon as it is known. */
    private final class Lines implements Watch.Told, AutoCloseable {
        private final Series series;
        private final @Nullable RowWriter rows;

        Lines(Series series) {
            this.series = series;
            this.rows =
                    format == RowFormat.TABLE
                            ? null
                            : format.write(MomentRows.columns("added_bytes"), out(), terminal());
        }

        @Override
        public ConsoleProgress begin() {
            return Reporting.begin(WatchCommand.this, quiet, false);
        }

        @Override
        public void taken(Moment moment, @Nullable Moment before, long added) {
            if (rows == null) {
                out().println(MomentRows.line(series, moment, before, added));
            } else {
                rows.row(MomentRows.row(series, moment, before, added));
            }
            out().flush();
        }

        @Override
        public void say(String line) {
            err().println("tablewalk: " + Printable.of(line));
            err().flush();
        }

        @Override
        public void close() {
            if (rows != null) {
                rows.close();
            }
        }
    }
}
