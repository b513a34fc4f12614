package dev.tablewalk.ingest.capture;

import dev.tablewalk.ingest.capture.CaptureRequest.Guest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;

/** What a guest in QEMU is at, told without stopping it: a connection a question. */
public final class GuestState {
    private GuestState() {}

    /** Whether there is no QEMU any more where the guest was reached. One that is busy is there. */
    public static boolean isGone(Guest guest) {
        return switch (guest) {
            case Guest.Qmp(String address) -> {
                long deadline = TimedChannel.in(QemuMonitor.PATIENCE);
                try (TimedChannel _ = TimedChannel.connect(QemuAddress.parse(address), deadline)) {
                    yield false;
                } catch (SocketTimeoutException e) {
                    yield false;
                } catch (IOException e) {
                    yield true;
                }
            }
            case Guest.Libvirt(String domain, Optional<String> uri) ->
                    new LibvirtMonitor(domain, uri).isGone();
        };
    }

    /**
     * Whether its processors run.
     *
     * @throws dev.tablewalk.graph.UserError if QEMU cannot be reached
     */
    public static boolean isRunning(Guest guest) {
        return status(guest).equals("running");
    }

    /**
     * Whether it was stopped, and nothing but being told to run is wanted for it to go on.
     *
     * @throws dev.tablewalk.graph.UserError if QEMU cannot be reached
     */
    public static boolean isPaused(Guest guest) {
        return status(guest).equals("paused");
    }

    private static String status(Guest guest) {
        try (QemuMonitor monitor = Capture.connect(guest)) {
            return monitor.execute("query-status").path("status").asText();
        }
    }

    /**
     * Lets it run.
     *
     * @throws dev.tablewalk.graph.UserError if QEMU cannot be reached, or will not
     */
    public static void letRun(Guest guest) {
        try (QemuMonitor monitor = Capture.connect(guest)) {
            monitor.execute("cont");
        }
    }
}
