package dev.tablewalk.cypher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM of its own that runs one of this module's test programs, and tells what it does in lines.
 */
public final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private ChildProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    public static ChildProcess start(Class<?> program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) {
                command.add(flag);
            }
        }
        command.add("-Xmx700m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(program.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ChildProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    public Process process() {
        return process;
    }

    /** Waits for a line, and fails if the child says something else or ends. */
    public void expect(String line) throws IOException {
        assertEquals(line, lines.readLine());
    }

    /** Lets the child go on, if it waits for its input to end. */
    void release() throws IOException {
        try (OutputStream _ = process.getOutputStream()) {
            // Only to close it.
        }
    }

    public void kill() {
        process.destroyForcibly(); // kill -9
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
