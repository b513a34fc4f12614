package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** The time in which a guest is stopped. It runs again after, unless it did not run before. */
final class Standstill implements AutoCloseable {
    private final QemuMonitor monitor;
    private final Supplier<QemuMonitor> another;
    private final boolean wasRunning;
    private final String state;
    private boolean stopped;
    private boolean over;
    private long began;
    private Instant at = Instant.EPOCH;
    private Duration lasted = Duration.ZERO;

    /**
     * @param another gives a new connection, should the first be of no use any more
     */
    Standstill(QemuMonitor monitor, Supplier<QemuMonitor> another) {
        this.monitor = monitor;
        this.another = another;
        JsonNode status = monitor.execute("query-status");
        this.wasRunning = status.path("running").asBoolean();
        this.state = status.path("status").asText();
    }

    /** The state that the guest was in before, such as {@code running}. */
    String state() {
        return state;
    }

    private static boolean isRunning(QemuMonitor monitor) {
        return monitor.execute("query-status").path("running").asBoolean();
    }

    /** Whether the guest ran before. */
    boolean wasRunning() {
        return wasRunning;
    }

    /**
     * Stops the guest.
     *
     * @throws UserError if it is over already
     */
    synchronized void begin() {
        if (over) {
            throw Cleanup.interrupted();
        }
        at = Instant.now();
        began = System.nanoTime();
        if (wasRunning) {
            stopped = true; // also if the answer does not come
            monitor.execute("stop");
        }
    }

    /**
     * Asks whether it has lasted until now.
     *
     * @throws UserError if something else has let the guest run
     */
    void requireStill() {
        if (isRunning(monitor)) {
            throw UserError.input(
                    "something else let the guest run while its RAM was copied; try again when"
                            + " nothing else controls it");
        }
    }

    /** When it began. */
    synchronized Instant at() {
        return at;
    }

    /** How long it was; known once it is over. */
    synchronized Duration lasted() {
        return lasted;
    }

    /**
     * Lets the guest run.
     *
     * @throws UserError if it does not
     */
    @Override
    public synchronized void close() {
        over = true;
        if (!stopped) {
            return;
        }
        try {
            resume(monitor);
        } catch (UserError first) {
            monitor.close(); // QEMU serves one at a time
            try (QemuMonitor fresh = another.get()) {
                resume(fresh);
            } catch (UserError second) {
                throw UserError.input(
                        "THE GUEST IS STILL STOPPED: "
                                + second.getMessage()
                                + "; send it cont, as described in tablewalk capture --help",
                        second);
            }
        }
        stopped = false;
    }

    private void resume(QemuMonitor monitor) {
        monitor.execute("cont");
        lasted = Duration.ofNanos(System.nanoTime() - began);
        if (!isRunning(monitor)) {
            throw UserError.input(
                    "QEMU does not let it run: its state is "
                            + monitor.execute("query-status").path("status").asText());
        }
    }
}
