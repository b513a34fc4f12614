package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file on its way: {@code .NAME.RANDOM.capture} beside the place it will take when it is whole.
 * What stands beside it under its name and more ({@link #beside}) goes with it. It is locked while
 * this process lives, so the next to write {@code NAME} knows what a killed one has left.
 *
 * <p>Only its owner may read it: it holds all that the guest held.
 */
final class WorkFile implements AutoCloseable {
    private static final String SUFFIX = ".capture";

    private final Path target;
    private final boolean replace;
    private final Path path;
    private final FileChannel channel;
    private final LinuxFile file;
    private boolean closed;

    private WorkFile(Path target, boolean replace, Path path) throws IOException {
        this.target = target;
        this.replace = replace;
        this.path = path;
        this.channel =
                FileChannel.open(
                        path,
                        EnumSet.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                EnumSet.of(
                                        PosixFilePermission.OWNER_READ,
                                        PosixFilePermission.OWNER_WRITE)));
        this.file = LinuxFile.open(path, true);
        file.lock();
    }

    /**
     * Begins a file; what earlier ones of that name have left is removed.
     *
     * @param replace whether it may take another's place
     * @throws UserError if it may not and there is one, or the folder cannot be written to
     */
    static WorkFile begin(Path target, boolean replace) {
        Path absolute = target.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        Path name = absolute.getFileName();
        if (folder == null || name == null || Files.isDirectory(absolute)) {
            throw UserError.input(target + " is a folder; name the file to write");
        }
        if (!replace && Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(target);
        }
        try {
            removeLeftovers(folder, "." + name + ".");
            String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
            return new WorkFile(
                    absolute, replace, folder.resolve("." + name + "." + random + SUFFIX));
        } catch (IOException | UnsupportedOperationException e) {
            throw UserError.input("cannot write to " + folder + ": " + e.getMessage(), e);
        }
    }

    private static UserError exists(Path target) {
        return UserError.input(target + " exists; give another name, or --force to write over it");
    }

    private static void removeLeftovers(Path folder, String prefix) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path one : all) {
                String name = String.valueOf(one.getFileName());
                int suffix = name.lastIndexOf(SUFFIX);
                if (name.startsWith(prefix)
                        && suffix >= prefix.length()
                        && name.substring(prefix.length(), suffix).matches("[0-9a-f]{1,16}")) {
                    removeUnlessLocked(one, one.resolveSibling(name.substring(0, suffix) + SUFFIX));
                }
            }
        }
    }

    private static void removeUnlessLocked(Path file, Path locked) throws IOException {
        if (Files.exists(locked, LinkOption.NOFOLLOW_LINKS)) {
            try (LinuxFile open = LinuxFile.open(locked, false)) {
                if (!open.lock()) {
                    return; // one that is on its way
                }
            }
        }
        Files.deleteIfExists(file);
    }

    Path path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    LinuxFile file() {
        return file;
    }

    /** The name of a file that is removed together with this one. */
    Path beside(String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    /** Whether a path is what {@link #beside} gives, of this or another work file. */
    static boolean isBeside(Path other, String suffix) {
        return String.valueOf(other.getFileName()).endsWith(SUFFIX + suffix);
    }

    /**
     * Gives the file, which is whole, its name, once all of it is on the disk.
     *
     * @throws UserError if it cannot have it, or this is closed already
     */
    void publish() {
        try {
            channel.force(true);
            name();
        } catch (IOException e) {
            throw UserError.input("cannot name the file " + target + ": " + e.getMessage(), e);
        }
        try (FileChannel folder =
                FileChannel.open(path.resolveSibling(""), StandardOpenOption.READ)) {
            folder.force(true); // on Linux, its entries
        } catch (IOException e) {
            // Not every file system can; the file is there.
        }
    }

    private synchronized void name() throws IOException {
        if (closed) {
            throw UserError.input("interrupted; " + target + " is not written");
        }
        if (!replace) {
            try {
                Files.createLink(target, path); // unlike a move, never over another
                return;
            } catch (FileAlreadyExistsException e) {
                throw exists(target);
            } catch (IOException | UnsupportedOperationException noLinksHere) {
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    throw exists(target);
                }
            }
        }
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what has not been given its name. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Set<Path> mine = Set.of(path, beside(GuestDump.SUFFIX), beside(GdbServer.SUFFIX));
        for (Path one : mine) {
            try {
                Files.deleteIfExists(one);
            } catch (IOException e) {
                // The next one to write that name tries again.
            }
        }
        try {
            channel.close();
        } catch (IOException e) {
            // It has no name any more.
        }
        file.close();
    }
}
