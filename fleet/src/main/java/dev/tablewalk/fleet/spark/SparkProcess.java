package dev.tablewalk.fleet.spark;

import dev.tablewalk.graph.UserError;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Our program, as it runs in Spark: a process that ends when this one does, and a socket to it. */
final class SparkProcess implements Closeable {
    /** How long it may take to stop. */
    private static final int LAST_SECONDS = 15;

    private final Process process;
    private final SparkLog log;
    private final SocketChannel channel;

    private SparkProcess(Process process, SparkLog log, SocketChannel channel) {
        this.process = process;
        this.log = log;
        this.channel = channel;
    }

    /**
     * Starts it, and waits until it is there.
     *
     * @throws UserError if it ends before that
     */
    static SparkProcess start(SparkInstallation spark, String master) {
        try {
            // This user's alone, as the socket in it is.
            Path folder = Files.createTempDirectory("tablewalk-spark");
            Path socket = folder.resolve("socket");
            try (ServerSocketChannel server =
                    ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket));
                return start(spark.process(master, socket), server);
            } finally {
                Files.deleteIfExists(socket);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw UserError.input("Spark cannot be started: " + e.getMessage(), e);
        }
    }

    private static SparkProcess start(ProcessBuilder program, ServerSocketChannel server)
            throws IOException {
        Process process = program.redirectErrorStream(true).start();
        process.getOutputStream().close();
        SparkLog log = SparkLog.of(process.getInputStream());
        // Who waits for it to connect must not wait for ever.
        CompletableFuture<Void> unblock = process.onExit().thenRun(() -> close(server));
        try {
            return new SparkProcess(process, log, server.accept());
        } catch (ClosedChannelException e) {
            throw ended(log, e);
        } catch (IOException e) {
            process.destroy();
            throw e;
        } finally {
            unblock.cancel(false);
        }
    }

    private static void close(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException e) {
            // Nobody waits at it any more.
        }
    }

    SocketChannel channel() {
        return channel;
    }

    /** What to say when it is gone before it should be. */
    UserError ended(IOException cause) {
        return ended(log, cause);
    }

    private static UserError ended(SparkLog log, IOException cause) {
        try {
            cause.addSuppressed(new IOException(log.toString())); // for --stacktrace
            return UserError.input("Spark has ended: " + log.telling(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UserError.input("Spark has ended", cause);
        }
    }

    /** Ends it, whatever it does. */
    @Override
    public void close() {
        try {
            channel.close();
            if (process.waitFor(LAST_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // Then by force.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
