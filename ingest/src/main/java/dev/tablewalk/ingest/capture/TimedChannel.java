package dev.tablewalk.ingest.capture;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A connection to QEMU in which nothing waits for ever. A deadline is a value of {@link
 * System#nanoTime()}.
 */
final class TimedChannel implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;

    private TimedChannel(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
    }

    /** The moment so far from now. */
    static long in(Duration limit) {
        return System.nanoTime() + limit.toNanos();
    }

    /**
     * Connects.
     *
     * @throws SocketTimeoutException if nobody takes the connection before the deadline
     */
    static TimedChannel connect(QemuAddress to, long deadline) throws IOException {
        SocketChannel channel = to.open();
        TimedChannel timed = null;
        try {
            timed = new TimedChannel(channel, Selector.open());
            if (!channel.connect(to.socket())) {
                do {
                    timed.await(SelectionKey.OP_CONNECT, deadline);
                } while (!channel.finishConnect());
            }
            return timed;
        } catch (IllegalArgumentException e) { // a host without an address, a path too long
            throw new IOException("no such address", e);
        } finally {
            if (!channel.isConnected()) {
                channel.close();
                if (timed != null) {
                    timed.selector.close();
                }
            }
        }
    }

    /**
     * Reads at least a byte.
     *
     * @throws SocketTimeoutException if none comes before the deadline
     * @throws IOException also if the other side has closed the connection
     */
    void read(ByteBuffer into, long deadline) throws IOException {
        if (deadline - System.nanoTime() <= 0) {
            throw new SocketTimeoutException("it comes to no end");
        }
        int count = channel.read(into);
        while (count == 0) {
            await(SelectionKey.OP_READ, deadline);
            count = channel.read(into);
        }
        if (count < 0) {
            throw new IOException("it closed the connection");
        }
    }

    /**
     * Writes all.
     *
     * @throws SocketTimeoutException if it is not taken before the deadline
     */
    void write(byte[] bytes, long deadline) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        channel.write(from);
        while (from.hasRemaining()) {
            await(SelectionKey.OP_WRITE, deadline);
            channel.write(from);
        }
    }

    private void await(int operation, long deadline) throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        key.interestOps(operation);
        if (left <= 0 || selector.select(left) == 0) {
            if (deadline - System.nanoTime() <= 0) {
                throw new SocketTimeoutException("it does not answer");
            }
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() {
        try (selector;
                channel) {
            key.cancel();
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }
}
