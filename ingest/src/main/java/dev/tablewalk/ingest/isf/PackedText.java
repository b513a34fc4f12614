package dev.tablewalk.ingest.isf;

import dev.tablewalk.graph.UserError;
import dev.tablewalk.ingest.image.Compressed;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file's text, unpacked if its first bytes say that it is packed.
 *
 * @param in unpacks as it is read
 */
record PackedText(InputStream in) implements Closeable {
    /**
     * Opens it and looks at its first bytes.
     *
     * @throws UserError if there is no such file
     */
    static PackedText open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw UserError.input(file + " is a folder; give a symbol file");
        }
        InputStream packed;
        try {
            packed = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        } catch (NoSuchFileException e) {
            throw UserError.input(file + " does not exist", e);
        }
        boolean opened = false;
        try {
            PackedText text = new PackedText(Compressed.content(packed));
            opened = true;
            return text;
        } finally {
            if (!opened) {
                packed.close();
            }
        }
    }

    /** Why it could not be read on; what unpacks does not always say. */
    static String reason(IOException e) {
        if (e instanceof EOFException) {
            return "it is cut off";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
