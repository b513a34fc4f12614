package dev.tablewalk.cli.report;

import dev.tablewalk.cli.output.WholeFile;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
        if (!Files.isDirectory(WholeFile.folder(path))) {
            throw UserError.input(
                    "no folder " + WholeFile.folder(path) + " to write the report into");
        }
    }

    /**
     * Writes it.
     *
     * @throws UserError if that cannot be done
     */
    public void write(String page) {
        requireFree();
        try {
            new WholeFile(path, force).write(out -> out.print(page));
        } catch (IOException e) {
            throw UserError.input("the report cannot be written: " + e, e);
        }
    }
}
