package dev.tablewalk.ingest.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The lab's entry script, run at most once for each guest in a JVM. It locks each guest, so modules
 * that are tested at the same time do not capture the same one twice.
 */
final class LabScript {
    /** The script's exit code for what cannot be had on this machine. */
    private static final int UNAVAILABLE = 69;

    private static final long LIMIT_MINUTES = 45;

    /** What asking for a guest came to. */
    sealed interface Answer {
        record Present(LabGuest guest) implements Answer {}

        /** The lab cannot run here, and why. */
        record Absent(String reason) implements Answer {}

        /** The lab can run here, and went wrong. */
        record Failed(String reason) implements Answer {}
    }

    private final Path script;
    private final ConcurrentMap<String, Answer> answers = new ConcurrentHashMap<>();

    private final Consumer<String> notes;

    /**
     * @param notes told of each guest that is absent, once
     */
    LabScript(Path script, Consumer<String> notes) {
        this.script = script;
        this.notes = notes;
    }

    /** The script of the source tree that {@code from} is in. */
    static LabScript find(Path from) {
        for (Path folder = from.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path script = folder.resolve("ingest/src/test/lab/lab");
            if (Files.isRegularFile(script)) {
                return new LabScript(script, System.err::println);
            }
        }
        throw new IllegalStateException("no ingest/src/test/lab/lab in or above " + from);
    }

    Path path() {
        return script;
    }

    /** The guests of a set in {@code guests.conf}, in its order. */
    List<String> names(String set) {
        List<String> names = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(script.resolveSibling("guests.conf"))) {
                String[] fields = line.split("\\|", 3);
                if (!line.startsWith("#") && fields.length == 3 && fields[1].strip().equals(set)) {
                    names.add(fields[0].strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(names);
    }

    /** Captures the guest where the cache does not have it: that takes about half a minute. */
    Answer ask(String name) {
        return answers.computeIfAbsent(name, this::capture);
    }

    private Answer capture(String name) {
        try {
            Run capture = run("capture", name);
            if (capture.exitCode == UNAVAILABLE) {
                notes.accept("tests on lab guest " + name + " are skipped: " + capture.reason());
                return new Answer.Absent(capture.reason());
            }
            if (capture.exitCode != 0) {
                return new Answer.Failed(
                        "capture ended with " + capture.exitCode + ": " + capture.text());
            }
            Run path = run("path", name, "1");
            Path directory = Path.of(path.lastLine()).getParent();
            if (path.exitCode != 0 || directory == null) {
                return new Answer.Failed("path ended with " + path.exitCode + ": " + path.text());
            }
            return new Answer.Present(new LabGuest(name, directory));
        } catch (IOException e) {
            return new Answer.Absent("the lab's script cannot be started: " + e.getMessage());
        }
    }

    private record Run(int exitCode, List<String> lines) {
        String lastLine() {
            return lines.isEmpty() ? "" : lines.getLast().strip();
        }

        /** Why the script could not go on: the last it said, without its name. */
        String reason() {
            return lastLine().replaceFirst("^lab: ", "");
        }

        String text() {
            return String.join("\n", lines);
        }
    }

    private Run run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        List<String> lines = new ArrayList<>();
        // The limit is the watcher's, since reading ends only when the script does.
        Thread watcher = Thread.ofVirtual().start(() -> endAfterLimit(process));
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
            return new Run(process.waitFor(), lines);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the lab was at work", e);
        } finally {
            watcher.interrupt();
        }
    }

    private static void endAfterLimit(Process process) {
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the script has ended by itself
        }
    }
}
