package dev.tablewalk.cli.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A watch, or another command, in a process of its own, which can be killed. */
final class Watching {
    private final Process process;
    private final Path out;
    private final Path err;

    private Watching(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts to watch.
     *
     * @param folder for what it prints
     * @param more arguments
     */
    static Watching start(Path folder, Path home, Path socket, String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("watch", "--qmp", socket.toString(), "--as", "guest"));
        arguments.addAll(List.of("--format", "ndjson", "--home", home.toString()));
        arguments.addAll(List.of(more));
        return start(folder, arguments);
    }

    /**
     * Starts any command.
     *
     * @param folder for what it prints
     */
    static Watching start(Path folder, List<String> arguments) throws IOException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) {
                command.add(flag);
            }
        }
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tablewalk.cli.Main"));
        command.addAll(arguments);
        return new Watching(
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start(),
                out,
                err);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As Ctrl-C does. */
    void interrupt() {
        process.destroy(); // SIGTERM
    }

    List<JsonNode> rows() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : printed().lines().toList()) {
            rows.add(new ObjectMapper().readTree(line));
        }
        return rows;
    }

    /** What is on its standard output. */
    String printed() throws IOException {
        return Files.readString(out);
    }

    String said() throws IOException {
        return Files.readString(err);
    }

    /** Waits until it has said something. */
    void awaitSaid(String text) throws IOException, InterruptedException {
        for (int i = 0; i < 1200 && isAlive(); i++) {
            if (said().contains(text)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("it does not say " + text + " but " + said());
    }

    int end() throws InterruptedException {
        if (!process.waitFor(180, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly(); // SIGKILL
        end();
    }
}
