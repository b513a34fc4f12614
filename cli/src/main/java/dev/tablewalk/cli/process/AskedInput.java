package dev.tablewalk.cli.process;

import dev.tablewalk.cli.client.Connection;
import dev.tablewalk.cli.client.Connection.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The standard input of a process that asks. It is read over there only when something here wants
 * it: what comes after a command in a script is not the command's.
 */
final class AskedInput extends InputStream {
    private final Connection connection;
    private ByteBuffer at = ByteBuffer.allocate(0);
    private boolean asked;
    private boolean ended;

    AskedInput(Connection connection) {
        this.connection = connection;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!at.hasRemaining() && !ended) {
            if (!asked) {
                asked = true;
                connection.send(Kind.WANT_INPUT, length);
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while it was read", e);
            }
        }
        if (!at.hasRemaining()) {
            return -1;
        }
        int some = Math.min(length, at.remaining());
        at.get(to, offset, some);
        return some;
    }

    /** Some came; none means that there is no more. */
    synchronized void add(byte[] bytes) {
        if (bytes.length == 0) {
            end();
            return;
        }
        at = ByteBuffer.wrap(bytes);
        asked = false;
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
