package dev.tablewalk.cli.client;

import dev.tablewalk.cli.client.Connection.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process, for a command that reads each key as it is typed. Between times it
 * is lent to a pager, and in the end it is as it was.
 */
final class Keyboard {
    /** Nobody types faster. To wait for a key in a read would take keys from the pager. */
    private static final int POLL_MILLIS = 8;

    private static final int MOST_KEYS = 4096;

    private final Connection owner;
    private final InputStream in;
    private final Thread restoring = Thread.ofPlatform().unstarted(this::restore);

    // Guarded by this.
    private String asItWas = "";
    private boolean taken;
    private @Nullable Process pager;
    private @Nullable OutputStream pagerText;

    Keyboard(Connection owner, InputStream in) {
        this.owner = owner;
        this.in = in;
    }

    /** From now on keys are sent one by one, and none does anything here. */
    synchronized void take() throws IOException {
        if (taken) {
            return;
        }
        asItWas = stty("-g").strip();
        taken = true;
        Runtime.getRuntime().addShutdownHook(restoring);
        raw();
        sendSize();
        Signals.register("WINCH", this::resized);
        Thread.ofPlatform().daemon().start(this::type);
    }

    /** Output is left as it was: what is printed at other times ends its lines alike. */
    private void raw() throws IOException {
        stty(
                "-icanon", "-isig", "-echo", "-iexten", "-ixon", "-icrnl", "-inlcr", "-igncr",
                "min", "1", "time", "0");
    }

    private void restore() {
        try {
            if (!asItWas.isEmpty()) {
                stty(asItWas);
            }
        } catch (IOException e) {
            // There is no terminal any more.
        }
    }

    synchronized void release() {
        if (taken) {
            taken = false;
            restore();
            try {
                Runtime.getRuntime().removeShutdownHook(restoring);
            } catch (IllegalStateException e) {
                // It runs.
            }
        }
    }

    private void type() {
        byte[] keys = new byte[MOST_KEYS];
        try {
            while (true) {
                int some = 0;
                synchronized (this) {
                    if (!taken) {
                        return;
                    }
                    if (pager == null && in.available() > 0) {
                        some = in.read(keys, 0, Math.min(MOST_KEYS, in.available()));
                    }
                }
                if (some > 0) {
                    owner.send(Kind.INPUT, Arrays.copyOf(keys, some));
                } else {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
        } catch (IOException e) {
            // Terminal or owner are gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resized() {
        try {
            sendSize();
        } catch (IOException e) {
            // The owner is gone.
        }
    }

    private void sendSize() throws IOException {
        String[] rowsAndColumns = stty("size").strip().split(" ", -1);
        if (rowsAndColumns.length == 2) {
            owner.send(
                    Kind.RESIZED,
                    ByteBuffer.allocate(2 * Integer.BYTES)
                            .putInt(Integer.parseInt(rowsAndColumns[1]))
                            .putInt(Integer.parseInt(rowsAndColumns[0]))
                            .array());
        }
    }

    /** Starts a pager, whose the terminal is until it ends. */
    synchronized void lend(String command) throws IOException {
        restore();
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", command)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent("LESSCHARSET", "utf-8"); // what is sent
        Process started = builder.start();
        pager = started;
        pagerText = started.getOutputStream();
        CompletableFuture<Void> _ = started.onExit().thenRun(this::ended);
    }

    private void ended() {
        try {
            synchronized (this) {
                pager = null;
                pagerText = null;
                if (taken) {
                    raw();
                }
            }
            owner.send(Kind.PAGER_ENDED);
        } catch (IOException e) {
            // The owner is gone.
        }
    }

    /** Waits until the pager has it; not under the lock, for it may never read on. */
    void show(byte[] text) {
        OutputStream to;
        synchronized (this) {
            to = pagerText;
        }
        if (to == null) {
            return;
        }
        try {
            if (text.length == 0) {
                to.close();
            } else {
                to.write(text);
                to.flush();
            }
        } catch (IOException e) {
            // It has seen enough, and ends.
        }
    }

    private static String stty(String... args) throws IOException {
        String[] command = new String[args.length + 1];
        command[0] = "stty";
        System.arraycopy(args, 0, command, 1, args.length);
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/tty"))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return text;
    }
}
