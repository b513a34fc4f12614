package dev.tablewalk.cli.process;

import dev.tablewalk.cli.client.Connection;
import dev.tablewalk.cli.client.Greeting;
import dev.tablewalk.cli.client.OwnerSocket;
import dev.tablewalk.cypher.OpenStores;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process that owns a store home: of all that use the home at a time it alone opens stores, and
 * it runs the commands of the others, each on a thread of its own, as if they had run them.
 *
 * <p>Which process it is, is settled by a lock of the operating system's on a file beside the
 * socket. It goes with the process, however that ends.
 */
public final class Owner implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);
    private static final Duration REST_AFTER = Duration.ofSeconds(5);

    // POSIX drops a process's lock when the process closes any descriptor of the file.
    private static final Set<Path> OWNED_HERE = ConcurrentHashMap.newKeySet();

    private final OwnerSocket socket;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final ServerSocketChannel server;
    private final Object socketFile;
    private final Greeting greeting;
    private final Commands commands;
    private final OpenStores stores;
    private final Set<AskedCommand> running = ConcurrentHashMap.newKeySet();

    // Guarded by this.
    private boolean leaving;
    private long quietSince = System.nanoTime();

    private Owner(
            OwnerSocket socket,
            FileChannel lockFile,
            FileLock lock,
            ServerSocketChannel server,
            Object socketFile,
            Greeting greeting,
            Commands commands,
            OpenStores stores) {
        this.socket = socket;
        this.lockFile = lockFile;
        this.lock = lock;
        this.server = server;
        this.socketFile = socketFile;
        this.greeting = greeting;
        this.commands = commands;
        this.stores = stores;
    }

    /**
     * Becomes the owner of a store home, unless another process is.
     *
     * @param home the folder, which must exist
     * @param greeting who this is
     * @param commands runs what others ask for
     * @param stores that are open in this process
     * @return null if there is another, or nobody can be: it is then for each process to do what it
     *     does alone
     */
    public static @Nullable Owner become(
            Path home, Greeting greeting, Commands commands, OpenStores stores) {
        OwnerSocket socket = OwnerSocket.of(home);
        if (!OWNED_HERE.add(socket.folder())) {
            return null;
        }
        FileChannel lockFile = null;
        Owner owner = null;
        try {
            socket.prepare();
            lockFile =
                    FileChannel.open(
                            socket.folder().resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                return null;
            }
            ServerSocketChannel server = socket.listen();
            owner =
                    new Owner(
                            socket,
                            lockFile,
                            lock,
                            server,
                            fileKey(socket.path()),
                            greeting,
                            commands,
                            stores);
            Thread.ofPlatform().daemon().name("owner").start(owner::accept);
            return owner;
        } catch (IOException e) {
            return null;
        } finally {
            if (owner == null) {
                if (lockFile != null) {
                    closeQuietly(lockFile);
                }
                OWNED_HERE.remove(socket.folder());
            }
        }
    }

    private static Object fileKey(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel channel = server.accept();
                Thread.ofPlatform().daemon().name("asked").start(() -> answer(channel));
            } catch (IOException | OutOfMemoryError e) {
                if (!server.isOpen()) {
                    return;
                }
                // Too many files or threads: those that are there end, and make room.
                LockSupport.parkNanos(REST_AFTER.toNanos() / 100);
            }
        }
    }

    private void answer(SocketChannel channel) {
        try (Connection connection = new Connection(channel)) {
            OwnerSocket.requireSameUser(channel);
            long pid = Greeting.exchange(connection, greeting).pid();
            Connection.Frame frame = connection.receive();
            if (frame == null) {
                return;
            }
            switch (frame.kind()) {
                case REQUEST -> run(AskedCommand.of(connection, frame, pid, stores));
                case LEAVE -> leave(connection, false);
                case LEAVE_NOW -> leave(connection, true);
                default -> throw new IOException("not a request");
            }
        } catch (IOException e) {
            // Whoever asked is gone, or speaks otherwise: it is told by its own end.
        }
    }

    private void run(AskedCommand command) throws IOException {
        boolean refused;
        synchronized (this) {
            refused = leaving || !running.add(command);
        }
        if (refused) {
            command.refuse();
            return;
        }
        boolean goesOn = true;
        try {
            goesOn = command.run(commands);
        } finally {
            synchronized (this) {
                running.remove(command);
                quietSince = System.nanoTime();
                notifyAll();
            }
        }
        if (!goesOn) {
            leave();
        }
    }

    /** The answer is that the connection ends, with this process. */
    private void leave(Connection connection, boolean now) throws IOException {
        leave();
        for (AskedCommand command : running) {
            connection.send(Connection.Kind.ERR, command.user());
        }
        if (now) {
            running.forEach(command -> command.stop("by tablewalk stop"));
        }
        while (connection.receive() != null) {} // the other side waits for the end of this one
    }

    /** From now on another process can be the owner. What runs goes on. */
    private synchronized void leave() {
        if (leaving) {
            return;
        }
        leaving = true;
        try {
            if (isInPlace()) {
                Files.delete(socket.path());
            }
        } catch (IOException e) {
            // The next owner removes it.
        }
        closeQuietly(server);
        stores.closeUnused();
        try {
            lock.release();
        } catch (IOException e) {
            // It goes with the file.
        }
        closeQuietly(lockFile);
        OWNED_HERE.remove(socket.folder());
        notifyAll();
    }

    private boolean isInPlace() {
        try {
            return fileKey(socket.path()).equals(socketFile);
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for those that are being answered; whether none is left. */
    private synchronized boolean awaitQuiet(Duration patience) {
        long begin = System.nanoTime();
        long left = patience.toNanos();
        try {
            while (!running.isEmpty() && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = patience.toNanos() - (System.nanoTime() - begin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return running.isEmpty();
    }

    /**
     * Lets another process be the owner.
     *
     * @param patience how long this may take
     * @return whether all that others have asked for is done
     */
    public boolean leave(Duration patience) {
        leave();
        return awaitQuiet(patience);
    }

    /** Who is being answered. */
    public List<String> users() {
        return running.stream().map(AskedCommand::user).sorted().toList();
    }

    /**
     * Stays until it is told to leave, nobody has asked for a while, or its socket is gone, with
     * the store home for one. What runs then is let run to its end.
     *
     * @param idle for how long nobody asks before it ends
     * @param rest is done each time that nothing has run for a few seconds
     */
    public void stay(Duration idle, Runnable rest) {
        boolean rested = false;
        while (true) {
            boolean quiet;
            synchronized (this) {
                if (leaving) {
                    break;
                }
                try {
                    TimeUnit.SECONDS.timedWait(this, 1);
                } catch (InterruptedException e) {
                    break;
                }
                long quietNanos = running.isEmpty() ? System.nanoTime() - quietSince : 0;
                if (!isInPlace() || quietNanos > idle.toNanos()) {
                    leave();
                    break;
                }
                quiet = quietNanos > REST_AFTER.toNanos();
            }
            if (quiet && !rested) {
                rest.run();
            }
            rested = quiet;
        }
        awaitQuiet(FOR_EVER);
    }

    /** Leaves, and waits for those that it answers. */
    @Override
    public void close() {
        leave(FOR_EVER);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It goes with the process.
        }
    }
}
