package dev.tablewalk.cli.shell;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The file that keeps what was typed. It may hold what others shall not read. */
final class HistoryFile {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private HistoryFile() {}

    /** Makes it if there is none, for its owner alone; nothing if it cannot be kept. */
    static Optional<Path> prepare(Path file) {
        try {
            try {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (FileAlreadyExistsException e) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
            return Optional.of(file).filter(Files::isRegularFile).filter(Files::isWritable);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty(); // A home that is read-only is no reason not to ask it.
        }
    }
}
