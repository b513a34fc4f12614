package dev.tablewalk.cypher.saved;

import dev.tablewalk.cypher.saved.SavedQueryFile.Language;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Finds the files of saved queries: in the jar that this class is in, and in folders. */
final class QueryFiles {
    private static final String RESOURCES = "/dev/tablewalk/cypher/queries";

    /** Category of a query that lies in no folder of its own. */
    private static final String OWN = "own";

    private QueryFiles() {}

    /** Those that come with tablewalk. */
    static List<SavedQuery> builtIn() {
        return builtIn(
                Objects.requireNonNull(QueryFiles.class.getResource(RESOURCES)), Language.CYPHER);
    }

    /**
     * Those in a folder of a jar, or of classes that are in none.
     *
     * @param url of the folder, as a class loader gives it
     */
    static List<SavedQuery> builtIn(URL url, Language language) {
        try {
            URLConnection connection = url.openConnection();
            if (connection instanceof JarURLConnection jar) {
                try (FileSystem files =
                        FileSystems.newFileSystem(Path.of(jar.getJarFileURL().toURI()))) {
                    return read(files.getPath("/" + jar.getEntryName()), language, true);
                }
            }
            return read(Path.of(url.toURI()), language, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Those of a user's folder: the files in it, and in the folders in it.
     *
     * @throws UserError if the folder or a file cannot be read, or a file is not as it must be
     */
    static List<SavedQuery> in(Path folder) {
        try {
            return read(folder, Language.CYPHER, false);
        } catch (IOException | UncheckedIOException e) {
            throw UserError.input(
                    "the folder of queries " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<SavedQuery> read(Path folder, Language language, boolean builtIn)
            throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder, 2)) {
            files =
                    found.filter(file -> file.toString().endsWith(language.suffix()))
                            .filter(Files::isRegularFile)
                            .sorted()
                            .toList();
        }
        return files.stream().map(file -> query(folder, file, builtIn)).toList();
    }

    private static SavedQuery query(Path folder, Path file, boolean builtIn) {
        Path within = folder.relativize(file);
        String category = within.getNameCount() > 1 ? within.getName(0).toString() : OWN;
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw UserError.input(file + " cannot be read as UTF-8: " + e.getMessage(), e);
        }
        return SavedQueryFile.parse(
                file.toString(),
                file.getFileName().toString(),
                category,
                builtIn ? SavedQuery.BUILT_IN : file.toString(),
                text);
    }
}
