package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.window.Pager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a result back until it is known to be longer than the window. Then all of it goes to the
 * pager, else to the terminal when it is whole.
 */
final class PagedOutput extends OutputStream {
    private final OutputStream terminal;
    private final Pager pager;
    private final int rows;
    private final int columns;
    private final Runnable onLeft;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private int line = 1;
    private int column;
    private Pager.@Nullable Running pagerAtWork;
    private volatile boolean left;
    private volatile boolean whole;

    /**
     * @param rows that fit the window
     * @param columns that fit it: longer lines take several rows
     * @param onLeft is called, on another thread, when the pager ends before the result does
     */
    PagedOutput(OutputStream terminal, Pager pager, int rows, int columns, Runnable onLeft) {
        this.terminal = terminal;
        this.pager = pager;
        this.rows = rows;
        this.columns = columns;
        this.onLeft = onLeft;
    }

    /** Whether the reader left the pager before the result was whole. */
    boolean isLeft() {
        return left;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Pager.Running reading = pagerAtWork;
        if (reading != null) {
            send(reading, bytes, offset, length);
            return;
        }
        held.write(bytes, offset, length);
        for (int i = offset; i < offset + length; i++) {
            count(bytes[i]);
        }
        if (line > rows) {
            begin();
        }
    }

    /** Only the first byte of a character is counted. */
    private void count(byte b) {
        if (b == '\n' || column == columns) {
            line++;
            column = b == '\n' ? 0 : 1;
        } else if ((b & 0xc0) != 0x80) {
            column++;
        }
    }

    private void begin() throws IOException {
        terminal.flush();
        Pager.Running reading = pager.start();
        pagerAtWork = reading;
        CompletableFuture<?> _ =
                reading.ended()
                        .thenAccept(
                                _ -> {
                                    if (!whole) {
                                        left = true;
                                        onLeft.run();
                                    }
                                });
        byte[] first = held.toByteArray();
        held.reset();
        send(reading, first, 0, first.length);
    }

    private void send(Pager.Running reading, byte[] bytes, int offset, int length)
            throws IOException {
        try {
            reading.text().write(bytes, offset, length);
        } catch (IOException e) {
            left = true;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        Pager.Running reading = pagerAtWork;
        if (reading != null) {
            reading.text().flush();
        }
    }

    /** Ends the result; returns when the pager has ended, if there is one. */
    @Override
    public void close() throws IOException {
        whole = true;
        Pager.Running reading = pagerAtWork;
        if (reading == null) {
            held.writeTo(terminal);
            held.reset();
            terminal.flush();
            return;
        }
        try {
            reading.text().close();
        } catch (IOException e) {
            left = true;
        }
        boolean ended = false;
        while (!ended) {
            try {
                reading.ended().get();
                ended = true;
            } catch (ExecutionException e) {
                ended = true;
            } catch (InterruptedException e) {
                // Ctrl-C is the pager's, as long as it runs.
            }
        }
    }
}
