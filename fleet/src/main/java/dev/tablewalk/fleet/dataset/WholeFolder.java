package dev.tablewalk.fleet.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** A folder of files that appears when all are whole, in the place of the one before. */
record WholeFolder(Path there) {
    /** Who writes one does so more often than that. */
    private static final Duration STALE = Duration.ofHours(1);

    /** Writes the files. */
    @FunctionalInterface
    interface Filler<T> {
        T fill(Path folder) throws IOException;
    }

    /**
     * Writes it. The folder that it lies in must be there.
     *
     * @param filler is given an empty folder beside it, that nobody sees; what it returns is
     *     returned
     */
    <T> T write(Filler<T> filler) throws IOException {
        removeStale();
        Path made = beside();
        try {
            T filled = filler.fill(made);
            syncAll(made);
            if (Files.exists(there)) {
                Path old = beside();
                Files.move(there, old, StandardCopyOption.ATOMIC_MOVE); // in the place of nothing
                Files.move(made, there, StandardCopyOption.ATOMIC_MOVE);
                delete(old);
            } else {
                Files.move(made, there, StandardCopyOption.ATOMIC_MOVE);
            }
            sync(there.resolveSibling(""));
            return filled;
        } finally {
            delete(made);
        }
    }

    /** A new folder that no question sees, and no other export has. */
    private Path beside() throws IOException {
        return Files.createTempDirectory(there.resolveSibling(""), unseen());
    }

    private String unseen() {
        return "." + there.getFileName() + ".";
    }

    /** What exports have left that were killed. */
    private void removeStale() throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(STALE));
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(there.resolveSibling(""), unseen() + "*")) {
            for (Path each : left) {
                if (newest(each).compareTo(old) < 0) {
                    delete(each);
                }
            }
        }
    }

    private static FileTime newest(Path folder) throws IOException {
        FileTime newest = Files.getLastModifiedTime(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                FileTime time = Files.getLastModifiedTime(file);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }

    private static void syncAll(Path made) throws IOException {
        try (Stream<Path> files = Files.list(made)) {
            files.forEach(WholeFolder::sync);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        sync(made);
    }

    private static void sync(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
