package dev.tablewalk.cli;

import dev.tablewalk.cli.output.ExitCode;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.progress.ConsoleProgress;
import dev.tablewalk.cli.report.CheckReport;
import dev.tablewalk.cli.report.CheckTable;
import dev.tablewalk.cli.report.DiffText;
import dev.tablewalk.cli.report.FailOn;
import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.diff.Diff;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.cypher.diff.Sides;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.verify.Report;
import dev.tablewalk.cypher.verify.Verification;
import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.Ingest;
import dev.tablewalk.ingest.IngestRequest;
import dev.tablewalk.ingest.arch.Architecture;
import dev.tablewalk.ingest.arch.Architectures;
import dev.tablewalk.ingest.synthetic.DemoGuest;
import dev.tablewalk.ingest.synthetic.Geometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what tablewalk does, on a guest at two moments. */
@Command(
        name = "demo",
        description = {
            "Show what tablewalk does: a guest at two moments is read, held against what the"
                    + " guest said of itself, asked a few questions, and compared.",
            "Started as ./tablewalk demo it captures a real guest in QEMU, installing what that"
                    + " needs if it is run as root; where it cannot, the guest is a synthetic one."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tablewalk demo",
            "  tablewalk demo --arch x86_64",
            "  tablewalk demo --images before.raw,after.raw",
        })
final class DemoCommand extends Verb {
    private static final List<String> NAMES = List.of("demo-before", "demo-after");
    private static final String DIFF = "demo-diff";

    /** As architectures are called elsewhere, by what they are called here. */
    private static final Map<String, String> ALIASES =
            Map.of("arm64", "aarch64", "amd64", "x86_64");

    /** What {@code --arch} takes. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Architectures.ALL.stream().map(Architecture::name).iterator();
        }
    }

    @Option(
            names = "--images",
            paramLabel = "BEFORE,AFTER",
            split = ",",
            arity = "1",
            description =
                    "Two images of one guest; where NAME.truth lies beside NAME.raw, they are"
                            + " verified. A synthetic guest if not given.")
    private List<Path> images = List.of();

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            completionCandidates = Names.class,
            description =
                    "Of which architecture the guest is: ${COMPLETION-CANDIDATES} (or arm64,"
                        + " amd64). Of this machine's if not given; --images are of whichever they"
                        + " are.")
    private @Nullable String arch;

    @Mixin private Reporting reporting = new Reporting();

    @Override
    public Integer call() throws IOException {
        if (!images.isEmpty() && images.size() != NAMES.size()) {
            throw UserError.input(
                    "--images takes two files, before and after, with a comma between");
        }
        requireArchitecture();
        StoreHome home = home();
        for (CheckpointInfo old : home.list()) {
            if (NAMES.contains(old.name()) || old.name().equals(DIFF)) {
                home.remove(old.name());
            }
        }
        boolean exact = images.isEmpty() ? synthetic(home) : show(home, images, "a real guest");
        next(images.isEmpty());
        return exact ? ExitCode.DONE : ExitCode.FOUND;
    }

    /** Before anything of an earlier demo is removed. */
    private void requireArchitecture() {
        if (arch != null && Architectures.named(architecture()).isEmpty()) {
            throw UserError.input(
                    "--arch takes " + String.join(" or ", new Names()) + ", not " + arch);
        }
    }

    /** The one that is asked for, or else this machine's. */
    private String architecture() {
        String name = arch == null ? System.getProperty("os.arch") : arch;
        return ALIASES.getOrDefault(name, name);
    }

    private Geometry geometry() {
        String name = architecture();
        return DemoGuest.geometries().stream()
                .filter(each -> each.machine().equals(name))
                .findFirst()
                .orElse(DemoGuest.geometries().getFirst());
    }

    private boolean synthetic(StoreHome home) throws IOException {
        Path folder = Files.createTempDirectory("tablewalk-demo");
        List<Path> written = List.of(folder.resolve("before.raw"), folder.resolve("after.raw"));
        try {
            Geometry geometry = geometry();
            DemoGuest.at(geometry, false).write(written.get(0));
            DemoGuest.at(geometry, true).write(written.get(1));
            return show(home, written, "a synthetic guest, written for the purpose");
        } finally {
            for (Path file : written) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        }
    }

    private boolean show(StoreHome home, List<Path> files, String whose) {
        boolean exact = true;
        title("The RAM of " + whose + ", at two moments, becomes two graphs");
        for (int i = 0; i < NAMES.size(); i++) {
            ingest(home, files.get(i), NAMES.get(i));
        }
        for (int i = 0; i < NAMES.size(); i++) {
            Path truth = truthOf(files.get(i));
            if (Files.exists(truth)) {
                title("Is " + NAMES.get(i) + " what the guest said of itself at that moment?");
                exact &= verify(home, NAMES.get(i), truth);
            }
        }
        title("Questions that used to be investigations");
        try (Checkpoint checkpoint = home.open(NAMES.get(1))) {
            for (Tour.Question question : Tour.QUESTIONS) {
                ask(checkpoint, question);
            }
            title("Does anything in it break the rules that a sound kernel keeps?");
            check(checkpoint);
        }
        title("What changed between the two moments?");
        diff(home);
        return exact;
    }

    private static Path truthOf(Path image) {
        String name = String.valueOf(image.getFileName());
        int dot = name.lastIndexOf('.');
        return image.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".truth");
    }

    private void ingest(StoreHome home, Path image, String name) {
        command("ingest " + image + " --as " + name + " --hash");
        try (ConsoleProgress progress = reporting.begin(this)) {
            home.load(
                    name,
                    Ingest.read(
                            new IngestRequest(
                                    name,
                                    List.of(image),
                                    home.folder(),
                                    List.of(),
                                    false,
                                    false,
                                    true,
                                    true,
                                    Version.text()),
                            progress),
                    progress);
        }
        CheckpointInfo info = home.info(name);
        out().printf(
                        "%s: %,d tasks, %,d page tables, %,d page ranges, %,d POINTS_TO%n",
                        name,
                        info.nodes().getOrDefault("Task", 0L),
                        info.nodes().getOrDefault("PageTable", 0L),
                        info.nodes().getOrDefault("PageRange", 0L),
                        info.relationships().getOrDefault("POINTS_TO", 0L));
        out().flush();
    }

    private boolean verify(StoreHome home, String name, Path truth) {
        command("verify " + name + " --truth " + truth);
        try (ConsoleProgress progress = reporting.begin(this);
                Checkpoint checkpoint = home.open(name)) {
            Report report = Verification.of(truth, progress).compare(checkpoint, 5, progress);
            VerifyReport.print(report, out(), terminal());
            return report.exact();
        }
    }

    private void diff(StoreHome home) {
        command("diff " + String.join(" ", NAMES) + " --as " + DIFF + " --list 3");
        Difference difference;
        try (ConsoleProgress progress = reporting.begin(this)) {
            Sides sides = Sides.read(home, NAMES.get(0), NAMES.get(1), false, progress);
            Diff diff = Diff.of(sides.before(), sides.after(), progress);
            difference = diff.difference();
            home.load(DIFF, diff.graph(DIFF, List.of()), progress);
        }
        DiffText.print(difference, List.of(), 3, out(), terminal());
    }

    private void ask(Checkpoint checkpoint, Tour.Question question) {
        out().println();
        out().println(question.words());
        question.cypher().lines().forEach(line -> out().println("    " + line));
        out().println();
        try (Rows rows = checkpoint.query(question.cypher(), Map.of());
                RowWriter writer = RowFormat.TABLE.write(rows.columns(), out(), terminal())) {
            while (rows.hasNext()) {
                writer.row(rows.next());
            }
        }
        out().flush();
    }

    private void check(Checkpoint checkpoint) {
        String name = checkpoint.info().name();
        command("check " + name);
        try (ConsoleProgress progress = reporting.begin(this)) {
            List<Outcome> outcomes =
                    new CheckRun(checkpoint, Map.of(), 5, progress)
                            .outcomes(QueryLibrary.builtIn().constraints());
            CheckTable.print(
                    new CheckReport(
                            checkpoint.info(),
                            outcomes,
                            null,
                            FailOn.NEVER,
                            Version.text(),
                            query -> "tablewalk query " + name + " --saved " + query.id()),
                    out(),
                    terminal());
        }
        out().flush();
    }

    private void title(String text) {
        out().println();
        out().println("== " + text);
        out().flush();
    }

    private void command(String text) {
        out().println();
        out().println("$ tablewalk " + text);
        out().flush();
    }

    private void next(boolean synthetic) {
        title("What to try next");
        out().println(
                        """
                        tablewalk list
                        tablewalk info demo-after
                        tablewalk query demo-after 'MATCH (t:Task) RETURN t.pid, t.name, t.state'
                        tablewalk query demo-after 'MATCH (v:Vma) RETURN v.name, tw.hex(v.start) LIMIT 5'
                        tablewalk walk demo-after --pid 1 VA
                        tablewalk queries
                        tablewalk check demo-after --report demo-after.html
                        tablewalk query demo-diff --saved permissions_that_grew
                        tablewalk ingest YOUR-GUEST.raw --as mine\
                        """);
        if (synthetic) {
            out().println("This was a synthetic guest: for a real one install QEMU.");
        }
        out().flush();
    }
}
