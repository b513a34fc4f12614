package dev.tablewalk.cli.process;

import dev.tablewalk.cli.client.Connection;
import dev.tablewalk.cli.client.Connection.Kind;
import dev.tablewalk.cli.client.Request;
import dev.tablewalk.cli.window.Pager;
import dev.tablewalk.cli.window.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of a process that asks, as a terminal here: that process sends each key as it is
 * typed, and what a terminal's line discipline makes of keys is done on this side.
 */
final class AskedWindow implements Window {
    private static final String UNKNOWN = "ansi";

    private final Connection connection;
    private final Request request;
    private @Nullable Taken taken;
    private @Nullable CompletableFuture<Void> pager;

    AskedWindow(Connection connection, Request request) {
        this.connection = connection;
        this.request = request;
    }

    private final class Taken extends LineDisciplineTerminal {
        Taken(String type, OutputStream out) throws IOException {
            super("tablewalk", type, out, StandardCharsets.UTF_8);
        }

        @Override
        protected void doClose() throws IOException {
            forget(this);
            super.doClose();
            connection.send(Kind.NO_KEYS);
        }
    }

    @Override
    public Terminal open() throws IOException {
        String type = request.environment().getOrDefault("TERM", UNKNOWN);
        Taken terminal = new Taken(type, new Sent(connection, Kind.OUT));
        terminal.setSize(Size.of(request.terminal().columns(), 24)); // until it is told
        synchronized (this) {
            taken = terminal;
        }
        connection.send(Kind.KEYS);
        return terminal;
    }

    private synchronized void forget(Taken terminal) {
        if (taken == terminal) {
            taken = null;
        }
    }

    private synchronized @Nullable Taken taken() {
        return taken;
    }

    /** Something was typed; false if nobody has taken the terminal over. */
    boolean keys(byte[] keys) throws IOException {
        Taken terminal = taken();
        if (terminal == null) {
            return false;
        }
        terminal.processInputBytes(keys);
        return true;
    }

    /** The window has another size: columns, rows. */
    void resize(byte[] size) {
        Taken terminal = taken();
        if (terminal != null && size.length == 2 * Integer.BYTES) {
            ByteBuffer numbers = ByteBuffer.wrap(size);
            terminal.setSize(Size.of(numbers.getInt(), numbers.getInt()));
            terminal.raise(Terminal.Signal.WINCH);
        }
    }

    @Override
    public Pager pager() {
        return new Pager(
                Pager.command(
                        request.environment().get("PAGER"), request.environment().get("PATH")),
                this::launch);
    }

    /** It is started over there, where the keys are. */
    private Pager.Running launch(String command) throws IOException {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        synchronized (this) {
            pager = ended;
        }
        connection.send(Kind.PAGER, command);
        OutputStream text =
                new Sent(connection, Kind.PAGED) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        if (ended.isDone()) {
                            throw new IOException("Broken pipe");
                        }
                        super.write(bytes, offset, length);
                    }

                    @Override
                    public void close() throws IOException {
                        connection.send(Kind.PAGED);
                    }
                };
        return new Pager.Running() {
            @Override
            public OutputStream text() {
                return text;
            }

            @Override
            public CompletableFuture<?> ended() {
                return ended;
            }
        };
    }

    void pagerEnded() {
        CompletableFuture<Void> ended;
        synchronized (this) {
            ended = pager;
            pager = null;
        }
        if (ended != null) {
            ended.complete(null);
        }
    }

    /** Nobody is there any more. */
    void end() throws IOException {
        pagerEnded();
        Taken terminal = taken();
        if (terminal != null) {
            terminal.close();
        }
    }
}
