package dev.tablewalk.cypher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a folder for this process: an operating system's lock on the file {@value #FILE} in it,
 * whose content says who holds it. The lock goes with the process, however that ends, so a process
 * id that is used again misleads nobody.
 */
public final class FolderLock implements AutoCloseable {
    /** The file in the folder. */
    public static final String FILE = "lock";

    // Far behind the content, so that the content can be read where locks are mandatory.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    // POSIX drops a process's lock when the process closes any descriptor of the file: a folder
    // that this process holds must not have its lock file opened a second time.
    private static final Map<Path, Holder> HELD_HERE = new ConcurrentHashMap<>();

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private FolderLock(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /** Somebody else holds the folder. */
    public static final class HeldException extends Exception {
        private static final long serialVersionUID = 1L;

        HeldException(@Nullable Holder holder) {
            super(holder == null ? "another process" : holder.describe());
        }
    }

    /**
     * Takes the folder at once or not at all.
     *
     * @throws HeldException whose message says who holds it
     * @throws IOException if the lock file cannot be made or locked
     */
    public static FolderLock take(Path folder) throws IOException, HeldException {
        Path real = folder.toRealPath();
        Holder me = Holder.me();
        Holder here = HELD_HERE.putIfAbsent(real, me);
        if (here != null) {
            throw new HeldException(here);
        }
        boolean taken = false;
        try {
            FileChannel channel =
                    FileChannel.open(
                            real.resolve(FILE),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
                if (lock == null) {
                    throw new HeldException(holder(channel));
                }
                if (!sameFile(folder, real)) {
                    throw new NoSuchFileException(folder.toString());
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(me.text().getBytes(StandardCharsets.UTF_8)), 0);
                taken = true;
                return new FolderLock(real, channel, lock);
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
        } finally {
            if (!taken) {
                HELD_HERE.remove(real);
            }
        }
    }

    /** Whether the folder is still where it was: it may have been removed as its lock was taken. */
    private static boolean sameFile(Path folder, Path real) throws IOException {
        return Files.isRegularFile(real.resolve(FILE)) && Files.isSameFile(folder, real);
    }

    private static @Nullable Holder holder(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(1024);
        channel.read(content, 0);
        return Holder.parse(
                new String(content.array(), 0, content.position(), StandardCharsets.UTF_8));
    }

    /** Lets others have the folder. */
    @Override
    public void close() throws IOException {
        try {
            lock.release();
            channel.close();
        } finally {
            HELD_HERE.remove(folder);
        }
    }
}
