package dev.tablewalk.cli.report;

import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file that a page goes to: it appears whole or not at all, and not over another.
 *
 * @param force whether it may take another's place
 */
public record PageFile(Path path, boolean force) {
    /**
     * Asks whether it could be written.
     *
     * @throws UserError if not
     */
    public void requireFree() {
        if (Files.isDirectory(path)) {
            throw UserError.input(path + " is a folder: --report names a file");
        }
        if (!force && Files.exists(path)) {
            throw UserError.input(path + " exists: choose another name, or add --force");
        }
        if (!Files.isDirectory(folder())) {
            throw UserError.input("no folder " + folder() + " to write the report into");
        }
    }

    /**
     * Writes it.
     *
     * @throws UserError if that cannot be done
     */
    public void write(String page) {
        requireFree();
        Path work =
                folder().resolve("." + path.getFileName() + "." + ProcessHandle.current().pid());
        try {
            try {
                Files.writeString(work, page);
                Files.move(work, path, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(work);
            }
        } catch (IOException e) {
            throw UserError.input("the report cannot be written: " + e, e);
        }
    }

    private Path folder() {
        Path folder = path.toAbsolutePath().getParent();
        return folder == null ? path.toAbsolutePath() : folder;
    }
}
