package dev.tablewalk.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tablewalk.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code dist/build} makes, installed in a system that has nothing else and no network. */
class InstallIT {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Path TARGET = TOP.resolve("dist/target");

    /** Of Debian's base system, laid out once. */
    private static final Path BASE = TARGET.resolve("base-system");

    /** Parts of more than 10 MB; docs/installing.md says what each is there for. */
    private static final Set<String> LARGE =
            Set.of(
                    "modules",
                    "libjvm.so",
                    "duckdb_jdbc.jar",
                    "eclipse-collections",
                    "neo4j-browser");

    private static List<Path> made = List.of();

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        made = build("made");
    }

    /** The files that it says it has made. */
    private static List<Path> build(String folder) throws IOException, InterruptedException {
        Path to = Files.createDirectories(TARGET.resolve(folder));
        List<Path> files =
                run(TOP.resolve("dist/build").toString(), "-b", "-o", to.toString()).stream()
                        .map(Path::of)
                        .toList();
        assertTrue(files.stream().allMatch(Files::isRegularFile), files::toString);
        return files;
    }

    /** The lines that a command prints; it must end with 0. */
    private static List<String> run(String... command) throws IOException, InterruptedException {
        Path err = Files.createTempFile(TARGET, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it does not end");
        assertEquals(0, process.exitValue(), () -> out + read(err));
        Files.delete(err);
        return out.lines().toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void twoBuildsGiveTheSameBytes() throws IOException, InterruptedException {
        List<Path> again = build("made-again");
        assertEquals(made.size(), again.size());
        for (int i = 0; i < made.size(); i++) {
            assertEquals(-1, Files.mismatch(made.get(i), again.get(i)), made.get(i)::toString);
            Files.delete(again.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".tar.gz", ".deb"})
    void isInstalledUsedAndRemoved(String kind) throws IOException, InterruptedException {
        Path file =
                made.stream()
                        .filter(each -> each.toString().endsWith(kind))
                        .findFirst()
                        .orElse(null);
        assumeTrue(file != null, "a Debian package takes dpkg-deb");
        assumeTrue("root".equals(System.getProperty("user.name")), "it takes root");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/debootstrap")),
                "a base system takes debootstrap");
        run(TOP.resolve("dist/src/test/base-system").toString(), BASE.toString());
        List<String> command =
                new ArrayList<>(
                        List.of(
                                TOP.resolve("dist/src/test/install-and-remove").toString(),
                                BASE.toString(),
                                TARGET.resolve("room").toString(),
                                Objects.requireNonNull(file).toString()));
        Path lab = TOP.resolve("ingest/src/test/lab/lab");
        Path image = Path.of(run(lab.toString(), "path", "arm64-6.1", "1").getFirst());
        if (Files.exists(image)) {
            command.add(image.toString());
        }

        List<String> steps = new ArrayList<>();
        Set<String> large = new TreeSet<>();
        for (String line : run(command.toArray(String[]::new))) {
            assertTrue(line.startsWith("step: "), line);
            String step = line.substring("step: ".length());
            if (step.startsWith("large ")) {
                large.add(step.replaceFirst("large ([^ ]*?)(-[0-9].*)? [0-9]+ KiB", "$1"));
            } else {
                steps.add(step.replaceFirst("[0-9]+ MB", "N MB"));
            }
        }
        assertEquals(new TreeSet<>(LARGE), large);
        String tasks = steps.get(4).substring("tasks ".length());
        assertTrue(Long.parseLong(tasks) > 1, steps::toString);
        assertTrue(steps.get(5).endsWith(", 0 could not be asked"), steps::toString);
        assertEquals(
                List.of(
                        "cache small.aot N MB",
                        "cache whole.aot N MB",
                        "demo 5 parts",
                        "tasks " + tasks,
                        steps.get(5),
                        "fleet " + tasks,
                        "explorer HTTP/1.1 303 See Other",
                        "completion complete -o default -F _complete_tablewalk tablewalk",
                        "manual " + pages(Main.commands()) + " pages",
                        "removed without a trace"),
                steps.subList(1, steps.size()));
    }

    /** A page a command that help tells of. */
    private static int pages(CommandSpec command) {
        return 1
                + command.subcommands().values().stream()
                        .map(each -> each.getCommandSpec())
                        .filter(each -> !each.usageMessage().hidden())
                        .mapToInt(InstallIT::pages)
                        .sum();
    }
}
