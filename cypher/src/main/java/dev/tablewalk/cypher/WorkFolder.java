package dev.tablewalk.cypher;

import dev.tablewalk.cypher.FolderLock.HeldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of work under way in a store home: {@code .loading-NAME-PID-RANDOM} or {@code
 * .removing-NAME-PID-RANDOM}, held by its process's {@link FolderLock}. Whether it is a leftover is
 * told by that lock alone; the process id in its name is for people.
 */
final class WorkFolder implements AutoCloseable {
    private static final String LOADING = ".loading-";
    private static final String REMOVING = ".removing-";

    private static final Object IN_THIS_PROCESS = new Object();

    private final Path folder;
    private final FolderLock lock;
    private boolean whole;

    private WorkFolder(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    Path path() {
        return folder;
    }

    /** Makes the folder of a load. */
    static WorkFolder forLoad(Path home, String name) throws IOException {
        Path folder = home.resolve(workName(LOADING, name));
        synchronized (IN_THIS_PROCESS) {
            // Between the folder's birth and its lock it looks like a leftover.
            try (FileChannel channel = sweepLockFile(home);
                    FileLock _ = channel.lock()) {
                Files.createDirectory(folder);
                return new WorkFolder(folder, FolderLock.take(folder));
            } catch (HeldException e) {
                throw new IOException("a new folder is already held by " + e.getMessage(), e);
            }
        }
    }

    /** Makes the folder a checkpoint of the home, at once and for good. */
    void publish(Path home, String name) throws IOException {
        Files.move(folder, home.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        whole = true;
        sync(home);
    }

    /** Deletes the folder, unless it was published. */
    @Override
    public void close() throws IOException {
        try {
            if (!whole) {
                delete(folder);
            }
        } finally {
            lock.close();
        }
    }

    /** Takes a checkpoint, which this process holds, out of the home and deletes it. */
    static void discard(Path home, Path checkpoint) throws IOException {
        Path folder = home.resolve(workName(REMOVING, checkpoint.getFileName().toString()));
        Files.move(checkpoint, folder, StandardCopyOption.ATOMIC_MOVE);
        sync(home);
        delete(folder);
    }

    /** Deletes what processes that have ended left in the home; never fails. */
    static void sweep(Path home) {
        try {
            if (leftovers(home).isEmpty()) {
                return;
            }
            synchronized (IN_THIS_PROCESS) {
                try (FileChannel channel = sweepLockFile(home);
                        FileLock sweeping = channel.tryLock()) {
                    if (sweeping == null) {
                        return; // Another process is at it.
                    }
                    for (Path leftover : leftovers(home)) {
                        sweepOne(leftover);
                    }
                }
            }
        } catch (IOException | UncheckedIOException | OverlappingFileLockException e) {
            // What cannot be deleted now (a read-only home, say) takes room and harms nothing else.
        }
    }

    private static void sweepOne(Path leftover) throws IOException {
        try (FolderLock _ = FolderLock.take(leftover)) {
            delete(leftover);
        } catch (HeldException e) {
            // Its process lives: no leftover.
        } catch (NoSuchFileException e) {
            // Its process has just finished with it.
        }
    }

    private static List<Path> leftovers(Path home) throws IOException {
        if (!Files.isDirectory(home)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(home)) {
            return children.filter(
                            child -> {
                                String name = child.getFileName().toString();
                                return (name.startsWith(LOADING) || name.startsWith(REMOVING))
                                        && Files.isDirectory(child);
                            })
                    .toList();
        }
    }

    private static FileChannel sweepLockFile(Path home) throws IOException {
        return FileChannel.open(
                home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static String workName(String prefix, String name) {
        return "%s%s-%d-%08x"
                .formatted(
                        prefix,
                        name,
                        ProcessHandle.current().pid(),
                        ThreadLocalRandom.current().nextInt());
    }

    /** Deletes a folder and all in it, its lock file last; follows no symbolic link. */
    private static void delete(Path folder) throws IOException {
        Path lockFile = folder.resolve(FolderLock.FILE);
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (!file.equals(lockFile)) {
                            Files.delete(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        if (visited.equals(folder)) {
                            Files.deleteIfExists(lockFile);
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Makes a file's content, or the names in a folder, durable. */
    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
