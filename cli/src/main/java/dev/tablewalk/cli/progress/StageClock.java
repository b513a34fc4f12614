package dev.tablewalk.cli.progress;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Measures stages that follow one another. */
final class StageClock {
    private record Stage(String name, long begin, long done) {}

    private static final double NANOS = 1e9;

    private final List<Stage> stages = new ArrayList<>();
    private final long processStart;
    private long end;

    /**
     * @param age how long ago the command was started: that is the first stage
     */
    StageClock(Duration age) {
        processStart = System.nanoTime() - age.toNanos();
        stages.add(new Stage("start", processStart, 0));
    }

    void begin(String name) {
        stages.add(new Stage(name, System.nanoTime(), 0));
    }

    void advance(long done) {
        Stage stage = stages.getLast();
        stages.set(stages.size() - 1, new Stage(stage.name(), stage.begin(), stage.done() + done));
    }

    void end() {
        end = System.nanoTime();
    }

    /** Seconds since the process started. */
    double seconds() {
        return (System.nanoTime() - processStart) / NANOS;
    }

    /** A line a stage, then the whole process: wall time and the most memory it had resident. */
    void print(PrintWriter to) {
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            long until = i + 1 < stages.size() ? stages.get(i + 1).begin() : end;
            double seconds = (until - stage.begin()) / NANOS;
            String rate =
                    stage.done() > 0 && seconds > 0 ? Quantity.rate(stage.done() / seconds) : "";
            to.println(line(stage.name(), seconds, rate));
        }
        String memory =
                peakResident().isPresent()
                        ? Quantity.bytes(peakResident().getAsLong()) + " resident at most"
                        : "";
        to.println(line("total", (end - processStart) / NANOS, memory));
        to.flush();
    }

    private static String line(String name, double seconds, String more) {
        return String.format(Locale.ROOT, "%-28s %8.3f s  %s", name, seconds, more).stripTrailing();
    }

    /** {@code VmHWM} of {@code /proc/self/status}, in bytes; empty where there is no /proc. */
    private static OptionalLong peakResident() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst();
        } catch (IOException noProc) {
            return OptionalLong.empty();
        }
    }
}
