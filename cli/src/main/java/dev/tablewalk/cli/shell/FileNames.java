package dev.tablewalk.cli.shell;

import dev.tablewalk.cli.output.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jline.reader.Candidate;

/**
 * Names of files, as the shell reads and completes them.
 *
 * @param meaning what a name means to the user
 */
record FileNames(Function<String, Path> meaning) {
    private static final String HOME = "~/";

    /** The file that a name stands for. */
    Path path(String name) {
        return name.startsWith(HOME)
                ? Path.of(System.getProperty("user.home"), name.substring(HOME.length()))
                : meaning.apply(name);
    }

    /** Files and folders beside the one whose name has begun. */
    List<Candidate> after(String begun) {
        String folder = begun.substring(0, begun.lastIndexOf('/') + 1);
        List<Candidate> names = new ArrayList<>();
        try (Stream<Path> children = Files.list(path(folder.isEmpty() ? "." : folder))) {
            children.forEach(child -> name(folder, child, names));
        } catch (IOException | InvalidPathException e) {
            return List.of();
        }
        return names;
    }

    /** A name that a terminal would obey, or that would be two words, is not offered. */
    private static void name(String folder, Path child, List<Candidate> names) {
        String name = String.valueOf(child.getFileName());
        if (!name.startsWith(".") && !name.contains(" ") && name.equals(Printable.of(name))) {
            names.add(ShellCompleter.open(folder + name + (Files.isDirectory(child) ? "/" : "")));
        }
    }
}
