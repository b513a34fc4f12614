package dev.tablewalk.cli.watch;

import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.AnomalyCounts;
import dev.tablewalk.cli.report.KeptChanges;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.Load;
import dev.tablewalk.cypher.QueryStops;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.Sides;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.cypher.series.SeriesWriter;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.capture.Capture;
import dev.tablewalk.ingest.capture.CaptureRequest;
import dev.tablewalk.ingest.capture.Captured;
import dev.tablewalk.ingest.capture.GuestState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes one moment of a guest after the other: captures, ingests, checks, tells what changed, and
 * removes the image. A moment is whole in its series, or nothing is left of it.
 */
public final class Watch {
    private final Plan plan;
    private final Told told;
    private final StoreHome home;
    private final Series series;
    private final SeriesWriter writer;
    private final QueryStops stops;
    private final CaptureRequest source;
    private boolean mayBeStopped;

    /**
     * What to do.
     *
     * @param source how the guest is captured into a file
     * @param hash whether frames' hashes are kept
     * @param constraints that each moment is held against
     * @param every how much time there is for a moment
     * @param keep how many of the last checkpoints stay, at least 1
     * @param moments after how many to end
     * @param tool version of tablewalk
     */
    public record Plan(
            Function<Path, CaptureRequest> source,
            boolean hash,
            List<SavedQuery> constraints,
            Duration every,
            int keep,
            long moments,
            String tool) {}

    /** Whoever is told. */
    public interface Told {
        /** How far a moment is; closed at its end. */
        ConsoleProgress begin();

        /**
         * A moment is whole.
         *
         * @param before the one before it, if there is one
         * @param added bytes that the disk has less
         */
        void taken(Moment moment, @Nullable Moment before, long added);

        /** Something else that one has to know. */
        void say(String line);
    }

    private Watch(
            Plan plan,
            StoreHome home,
            Series series,
            SeriesWriter writer,
            QueryStops stops,
            Told told) {
        this.plan = plan;
        this.told = told;
        this.home = home;
        this.series = series;
        this.writer = writer;
        this.stops = stops;
        this.mayBeStopped = writer.leftStopped();
        this.source = plan.source.apply(writer.image());
    }

    /**
     * Watches until enough moments were taken or it is stopped.
     *
     * @param stops what stops it
     * @throws UserError if somebody else watches the series, or the guest is gone
     */
    public static void run(Plan plan, StoreHome home, Series series, QueryStops stops, Told told) {
        CountDownLatch stopped = new CountDownLatch(1);
        stops.with(stopped::countDown);
        try (SeriesWriter writer = SeriesWriter.open(series)) {
            new Watch(plan, home, series, writer, stops, told).run(stopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(CountDownLatch stopped) throws InterruptedException {
        writer.keepWhole(plan.keep);
        Schedule schedule = new Schedule(plan.every, System::nanoTime);
        long taken = 0;
        while (true) {
            try {
                take();
                taken++;
            } catch (UserError e) {
                if (stops.isStopped()) {
                    return;
                }
                missed(e, taken);
            }
            if (taken == plan.moments) {
                return;
            }
            long skipped = schedule.next();
            if (skipped > 0) {
                told.say(
                        String.format(
                                "skipped %d: a moment took longer than the %d s that it has",
                                skipped, plan.every.toSeconds()));
            }
            if (stopped.await(schedule.untilDue(), TimeUnit.NANOSECONDS)) {
                return;
            }
        }
    }

    /** One that was killed while the guest stood still could not let it run again. */
    private void awaken() {
        if (mayBeStopped && GuestState.isPaused(source.guest())) {
            GuestState.letRun(source.guest());
            told.say("the guest was left stopped by a watch that was killed, and runs again");
        }
        mayBeStopped = false;
    }

    private void missed(UserError why, long taken) {
        if (GuestState.isGone(source.guest())) {
            throw taken == 0
                    ? why
                    : UserError.input(
                            String.format(
                                    "the guest is gone, after %d moments: %s",
                                    taken, why.getMessage()),
                            why);
        }
        told.say("a moment is missed: " + why.getMessage());
    }

    private void take() {
        long disk = series.checkpointBytes();
        Moment before = writer.last();
        Moment moment;
        try (ConsoleProgress progress = told.begin()) {
            moment = take(before, new Stages(progress));
        } finally {
            writer.giveUp(); // of one that is finished there is nothing
        }
        writer.keepWhole(plan.keep).forEach(told::say);
        long added = moment.changesBytes() + moment.lineBytes();
        told.taken(moment, before, added + series.checkpointBytes() - disk);
    }

    private Moment take(@Nullable Moment before, Stages progress) {
        awaken();
        long number = writer.begin(GuestState.isRunning(source.guest()));
        String name = series.name(number);
        progress.of(name);
        long begin = System.nanoTime();
        Captured captured = Capture.take(source, progress);
        writer.captured(number);
        long isCaptured = System.nanoTime();
        Ingested ingested = ingest(name, progress);
        writer.dropImage();
        long isIngested = System.nanoTime();
        List<Outcome> outcomes = check(name, progress);
        long isChecked = System.nanoTime();
        long changes = 0;
        if (before != null && series.isWhole(before)) {
            changes = compare(before, number, progress);
        }
        long isCompared = System.nanoTime();
        stops.requireGoing(); // else constraints may not have been asked
        Moment moment =
                new Moment(
                        number,
                        captured.stood(),
                        String.valueOf(ingested.info.properties().get("kernel_release")),
                        new Moment.Times(
                                captured.standstill().toNanos() / 1e6,
                                millis(begin, isCaptured),
                                millis(isCaptured, isIngested),
                                millis(isIngested, isChecked),
                                changes == 0 ? 0 : millis(isChecked, isCompared)),
                        ingested.info.sizeBytes(),
                        changes,
                        ingested.info.nodes(),
                        ingested.info.relationships(),
                        ingested.info.counts(),
                        ingested.anomalies,
                        violations(outcomes),
                        outcomes.stream()
                                .filter(outcome -> outcome.state() == Outcome.State.ERROR)
                                .map(outcome -> outcome.query().id())
                                .toList());
        writer.finish(moment);
        return moment;
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }

    private record Ingested(CheckpointInfo info, Map<String, Long> anomalies) {}

    private Ingested ingest(String name, Progress progress) {
        IngestRequest request =
                new IngestRequest(
                        name,
                        List.of(source.out()),
                        home.folder(),
                        List.of(),
                        false,
                        false,
                        true,
                        plan.hash,
                        plan.tool);
        try (Ingest ingest = Ingest.open(request, progress);
                Load load = home.begin(name)) {
            GuestGraph graph = ingest.read();
            return new Ingested(load.finish(graph, progress), AnomalyCounts.of(graph));
        }
    }

    private List<Outcome> check(String name, Progress progress) {
        try (Checkpoint checkpoint = home.open(name)) {
            return new CheckRun(checkpoint, Map.of(), 0, progress).outcomes(plan.constraints);
        }
    }

    /** Returns the size of the file of changes. */
    private long compare(Moment before, long number, Progress progress) {
        Path file = series.changes(number);
        String earlier = series.name(before.number());
        Sides sides = Sides.read(home, earlier, series.name(number), false, progress);
        Difference difference = Diff.of(sides.before(), sides.after(), progress).difference();
        return KeptChanges.write(file, difference);
    }

    private static Map<String, Long> violations(List<Outcome> outcomes) {
        Map<String, Long> rows = new HashMap<>();
        for (Outcome outcome : outcomes) {
            if (outcome.count() > 0) {
                rows.put(outcome.query().id(), outcome.count());
            }
        }
        return rows;
    }

    /** Stages, which say of which moment they are; what is found each time again is not told. */
    private static final class Stages implements Progress {
        private final Progress to;
        private String name = "";

        Stages(Progress to) {
            this.to = to;
        }

        void of(String name) {
            this.name = name;
        }

        @Override
        public void stage(String stage, long total) {
            to.stage(name + " " + stage, total);
        }

        @Override
        public void advance(long done) {
            to.advance(done);
        }
    }
}
