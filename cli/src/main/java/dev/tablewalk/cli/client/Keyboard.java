package dev.tablewalk.cli.client;

import dev.tablewalk.cli.client.Connection.Kind;
import dev.tablewalk.cli.output.Stty;
import dev.tablewalk.cli.window.Pager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
    private Pager.@Nullable Running pager;

    Keyboard(Connection owner, InputStream in) {
        this.owner = owner;
        this.in = in;
    }

    /** From now on keys are sent one by one, and none does anything here. */
    synchronized void take() throws IOException {
        if (taken) {
            return;
        }
        asItWas = Stty.run("-g");
        taken = true;
        Runtime.getRuntime().addShutdownHook(restoring);
        raw();
        sendSize();
        Signals.register("WINCH", this::resized);
        Thread.ofPlatform().daemon().start(this::type);
    }

    /** Output is left as it was: what is printed at other times ends its lines alike. */
    private void raw() throws IOException {
        Stty.run(
                "-icanon", "-isig", "-echo", "-iexten", "-ixon", "-icrnl", "-inlcr", "-igncr",
                "min", "1", "time", "0");
    }

    private void restore() {
        try {
            if (!asItWas.isEmpty()) {
                Stty.run(asItWas);
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
        String[] rowsAndColumns = Stty.run("size").split(" ", -1);
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
        Pager.Running started = new Pager(command).start();
        pager = started;
        CompletableFuture<Void> _ = started.ended().thenRun(this::ended);
    }

    private void ended() {
        try {
            synchronized (this) {
                pager = null;
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
        Pager.Running reading;
        synchronized (this) {
            reading = pager;
        }
        if (reading == null) {
            return;
        }
        try {
            if (text.length == 0) {
                reading.text().close();
            } else {
                reading.text().write(text);
                reading.text().flush();
            }
        } catch (IOException e) {
            // It has seen enough, and ends.
        }
    }
}
