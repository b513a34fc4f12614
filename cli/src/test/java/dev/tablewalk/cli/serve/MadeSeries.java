package dev.tablewalk.cli.serve;

import dev.tablewalk.cli.report.AnomalyCounts;
import dev.tablewalk.cli.report.KeptChanges;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Sides;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.cypher.series.SeriesWriter;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.ingest.synthetic.Geometry;
import dev.tablewalk.ingest.synthetic.GuestImageBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A series as {@code watch} makes one, of a synthetic guest: at each moment there is a process
 * more, and at some of them one has pages that it can write and execute.
 */
final class MadeSeries {
    static final String PREFIX = "guest";

    /** A constraint that such pages violate. */
    static final String CONSTRAINT = "user_writable_executable";

    /** Moments that violate it. */
    static final List<Long> VIOLATING = List.of(3L, 4L);

    static final int MOMENTS = 6;

    /** Those after which more time passes than should. */
    static final long GAP_BEFORE = 5;

    private static final Instant BEGIN = Instant.parse("2026-11-30T10:00:00.250Z");
    private static final int SECONDS = 10;
    private static final int SECONDS_MISSED = 60;
    private static final int KEEP = 2;
    private static final long START = 0xaaaa_aaaa_0000L;

    private final Path folder;
    private final StoreHome home;
    private final Series series;

    private MadeSeries(Path folder) {
        this.folder = folder;
        this.home = StoreHome.at(folder.resolve("home"));
        this.series = Series.of(home, PREFIX);
    }

    /** Makes it, in the store home of a folder: whole are its first and its last two moments. */
    static Series make(Path folder) throws IOException {
        MadeSeries made = new MadeSeries(folder);
        try (SeriesWriter writer = SeriesWriter.open(made.series)) {
            for (int n = 1; n <= MOMENTS; n++) {
                made.take(writer);
            }
            writer.keepWhole(KEEP);
        }
        return made.series;
    }

    /** Writes what is known of many moments of another series, a copy of a line of the first. */
    static void writeLong(Path folder, String prefix, int moments) throws IOException {
        Path all = folder.resolve("home/series");
        String line = Files.readAllLines(all.resolve(PREFIX).resolve("moments.ndjson")).get(2);
        StringBuilder lines = new StringBuilder();
        for (int n = 1; n <= moments; n++) {
            String tasks = String.valueOf(100 + n % 97);
            lines.append(
                            line.replaceFirst("\"number\":3", "\"number\":" + n)
                                    .replaceFirst(
                                            "\"captured\":\"[^\"]*\"",
                                            "\"captured\":\""
                                                    + BEGIN.plusSeconds((long) n * SECONDS)
                                                    + "\"")
                                    .replaceFirst("\"Task\":[0-9]+", "\"Task\":" + tasks))
                    .append('\n');
        }
        Path file = Files.createDirectories(all.resolve(prefix)).resolve("moments.ndjson");
        Files.writeString(file, lines);
    }

    private void take(SeriesWriter writer) throws IOException {
        Moment before = writer.last();
        long number = writer.begin(true);
        GuestGraph graph = graph(number);
        CheckpointInfo info = home.load(series.name(number), graph, Progress.NONE);
        long changes = 0;
        if (before != null) {
            Sides sides =
                    Sides.read(
                            home,
                            series.name(before.number()),
                            series.name(number),
                            false,
                            Progress.NONE);
            Diff diff = Diff.of(sides.before(), sides.after(), Progress.NONE);
            changes = KeptChanges.write(series.changes(number), diff.difference());
        }
        long seconds = SECONDS * number + (number >= GAP_BEFORE ? SECONDS_MISSED : 0);
        writer.finish(
                new Moment(
                        number,
                        BEGIN.plusSeconds(seconds),
                        HostileGuest.MARKUP,
                        new Moment.Times(number + 0.5, 100, 200, 300, 400),
                        info.sizeBytes(),
                        changes,
                        info.nodes(),
                        info.relationships(),
                        info.counts(),
                        AnomalyCounts.of(graph),
                        violations(series.name(number)),
                        List.of()));
    }

    private GuestGraph graph(long number) throws IOException {
        Path image = folder.resolve("moment.raw");
        String perms = VIOLATING.contains(number) ? "rwxp" : "rw-p";
        GuestImageBuilder guest =
                GuestImageBuilder.guest(Geometry.arm64(12, 48, false))
                        .mount("/proc", "proc", 0, 20)
                        .kernelThread(2, "kworker/0:1");
        guest.task(
                1,
                HostileGuest.SHORT,
                init -> {
                    init.mm(mm -> mm.vma(START, START + 0x4000, perms, "/init").page(START));
                    for (int n = 0; n < number; n++) {
                        long at = START + 0x1_0000L * n;
                        init.child(
                                100 + n,
                                "worker",
                                child ->
                                        child.mm(
                                                mm ->
                                                        mm.vma(at, at + 0x4000, "rw-p", "/worker")
                                                                .page(at)
                                                                .page(at + 0x1000)));
                    }
                });
        guest.write(image);
        return Serving.graph(series.name(number), image);
    }

    private Map<String, Long> violations(String name) {
        try (Checkpoint checkpoint = home.open(name)) {
            Map<String, Long> rows = new TreeMap<>();
            for (Outcome outcome :
                    new CheckRun(checkpoint, Map.of(), 0, Progress.NONE)
                            .outcomes(QueryLibrary.builtIn().constraints())) {
                if (outcome.count() > 0) {
                    rows.put(outcome.query().id(), outcome.count());
                }
            }
            return rows;
        }
    }
}
