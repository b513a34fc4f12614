package dev.tablewalk.cli.client;

import java.io.File;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts other processes: an owner that stays, or one that runs a command alone. */
final class Daemon {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int POLL_MILLIS = 10;

    private final Path home;
    private final String launcher = System.getProperty("tablewalk.launcher", "tablewalk");

    Daemon(Path home) {
        this.home = home;
    }

    /**
     * Starts one that stays, and waits until somebody listens, be it that one.
     *
     * @return false if it ended with an error
     */
    boolean start() throws IOException {
        OwnerSocket socket = OwnerSocket.of(home);
        File log;
        try {
            socket.prepare();
            log = socket.folder().resolve("log").toFile();
        } catch (IOException e) {
            return false; // A home that is read-only or another's.
        }
        Process process =
                new ProcessBuilder(launcher, "--home", home.toString(), "daemon")
                        .directory(new File("/"))
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(log)
                        .redirectErrorStream(true)
                        .start();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < MOST_NANOS) {
            try (SocketChannel _ = socket.connect()) {
                return true;
            } catch (IOException e) {
                // Not yet.
            }
            try {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return process.exitValue() == 0; // Another was faster.
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** Runs a command in a process of its own, on this one's streams; returns its exit code. */
    int runAlone(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher, "--no-daemon"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).inheritIO().start();
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                // It is told, too.
            }
        }
    }
}
