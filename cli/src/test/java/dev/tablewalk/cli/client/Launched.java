package dev.tablewalk.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tablewalk.cli.Cli;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBDriver;

/** A command in a process of its own, started as users start it. */
public final class Launched {
    private static final Path LAUNCHER = Path.of("..", "tablewalk").toAbsolutePath().normalize();

    private static final Path DUCKDB =
            Path.of(
                    URI.create(
                            DuckDBDriver.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toString()));

    private final Process process;
    private final Path out;
    private final Path err;

    private Launched(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts one, on a store home.
     *
     * @param more variables of its environment
     */
    static Launched start(Path home, Map<String, String> more, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = builder(home, command);
        builder.environment().putAll(more);
        return start(home, builder);
    }

    /** Starts a script of bash's, to which the launcher is {@code $TW}. */
    public static Launched script(Path home, Map<String, String> more, String script)
            throws IOException {
        ProcessBuilder builder = builder(home, List.of("bash", "-c", script));
        builder.environment().putAll(more);
        builder.environment().put("TW", LAUNCHER.toString());
        return start(home, builder);
    }

    /** Starts one whose output nobody reads. */
    static Process unread(Path home, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(args));
        return builder(home, command).start();
    }

    private static ProcessBuilder builder(Path home, List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(home.resolveSibling(".").toFile());
        builder.environment().put("TABLEWALK_HOME", home.toString());
        builder.environment().put("TABLEWALK_AOT", "off"); // it takes a minute to make
        // Else the launcher fetches it, once, and says so.
        builder.environment().put("TABLEWALK_DUCKDB", DUCKDB.toString());
        return builder;
    }

    private static Launched start(Path home, ProcessBuilder builder) throws IOException {
        Path folder = home.resolveSibling(".");
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        return new Launched(
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
    }

    /** Runs one to its end. */
    static Cli run(Path home, String... args) throws IOException, InterruptedException {
        return start(home, Map.of(), args).end();
    }

    public Process process() {
        return process;
    }

    /** What it has printed so far. */
    String out() throws IOException {
        return Files.readString(out, UTF_8);
    }

    /** Waits for its end. */
    public Cli end() throws IOException, InterruptedException {
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IOException("it does not end: " + out() + Files.readString(err));
        }
        return new Cli(process.exitValue(), out(), Files.readString(err, UTF_8));
    }

    /** Waits until it has printed something. */
    public Launched awaitOutput() throws IOException, InterruptedException {
        for (int i = 0; i < 6000 && process.isAlive(); i++) {
            if (Files.size(out) > 0) {
                return this;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IOException("it says nothing: " + Files.readString(err));
    }
}
