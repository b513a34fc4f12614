package dev.tablewalk.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * A file that appears whole or not at all.
 *
 * @param replace whether it may take another's place
 */
public record WholeFile(Path path, boolean replace) {
    /** The folder that a file is in. */
    public static Path folder(Path path) {
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        return folder == null ? absolute : folder;
    }

    /**
     * Writes it.
     *
     * @param content prints it; if that fails there is no file
     * @throws FileAlreadyExistsException if there is another, and it may not be replaced
     */
    public void write(Consumer<PrintWriter> content) throws IOException {
        writeBytes(
                file -> {
                    PrintWriter out =
                            new PrintWriter(
                                    new OutputStreamWriter(
                                            new GuardedOutput(file), StandardCharsets.UTF_8));
                    content.accept(out);
                    out.flush();
                });
    }

    /** Writes bytes to a file. */
    public interface Content {
        /** Writes all of them; the stream is closed by who asked. */
        void to(OutputStream file) throws IOException;
    }

    /**
     * Writes it as bytes.
     *
     * @param content writes them; if that fails there is no file
     * @throws FileAlreadyExistsException if there is another, and it may not be replaced
     */
    public void writeBytes(Content content) throws IOException {
        Path work =
                folder(path)
                        .resolve(
                                "."
                                        + path.getFileName()
                                        + "."
                                        + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try {
            try (OutputStream file =
                    new BufferedOutputStream(
                            Files.newOutputStream(
                                    work,
                                    StandardOpenOption.CREATE_NEW,
                                    StandardOpenOption.WRITE))) {
                content.to(file);
            } catch (GuardedOutput.Closed e) {
                throw new IOException(e.getMessage(), e);
            }
            publish(work);
        } finally {
            Files.deleteIfExists(work);
        }
    }

    private void publish(Path work) throws IOException {
        if (!replace) {
            try {
                Files.createLink(path, work); // unlike a move, never over another
                return;
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (IOException | UnsupportedOperationException noLinksHere) {
                if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileAlreadyExistsException(path.toString());
                }
            }
        }
        Files.move(work, path, StandardCopyOption.ATOMIC_MOVE);
    }
}
