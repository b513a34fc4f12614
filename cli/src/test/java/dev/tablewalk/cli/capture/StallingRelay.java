package dev.tablewalk.cli.capture;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes QMP on to QEMU, and holds back one message that has a text in it until it is told to go
 * on: so what comes then can be made to happen in the middle of a capture.
 */
final class StallingRelay implements AutoCloseable {
    private final Path qemu;
    private final String text;
    private final AtomicInteger passing;
    private final ServerSocketChannel server;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /**
     * @param passing how often the text goes through before it is held up
     */
    StallingRelay(Path socket, Path qemu, String text, int passing) throws IOException {
        this.qemu = qemu;
        this.text = text;
        this.passing = new AtomicInteger(passing);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().start(this::accept);
    }

    boolean awaitReached() throws InterruptedException {
        return reached.await(60, TimeUnit.SECONDS);
    }

    void release() {
        released.countDown();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                SocketChannel to = SocketChannel.open(StandardProtocolFamily.UNIX);
                to.connect(UnixDomainSocketAddress.of(qemu));
                Thread.ofPlatform().daemon().start(() -> pump(to, client));
                pump(client, to);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void pump(SocketChannel from, SocketChannel to) {
        try (from;
                to) {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
            while (from.read(bytes.clear()) >= 0) {
                bytes.flip();
                if (StandardCharsets.UTF_8.decode(bytes.duplicate()).toString().contains(text)
                        && passing.getAndDecrement() == 0) {
                    reached.countDown();
                    released.await();
                }
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
        } catch (IOException closed) {
            // Then the other is closed as well.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        release();
        server.close();
    }
}
