package dev.tablewalk.cli.training;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Lays out the jars that tablewalk runs on, changed where the JVM would keep none of a jar's
 * classes in its cache: without signatures, and with each class as {@link PreparedClass} makes it.
 * Everything else is copied as it is.
 */
public final class PreparedJars {
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");

    private PreparedJars() {}

    /**
     * Runs as a step of the build.
     *
     * @param args the folder that gets the jars, then the jars; one that is there and not older is
     *     left alone
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        List<Path> jars = new ArrayList<>();
        List<URL> urls = new ArrayList<>();
        for (String arg : List.of(args).subList(1, args.length)) {
            Path jar = Path.of(arg);
            jars.add(jar);
            urls.add(jar.toUri().toURL());
        }
        try (URLClassLoader all =
                new URLClassLoader(
                        urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            PreparedClass classes = new PreparedClass(all);
            jars.parallelStream().forEach(jar -> prepare(jar, folder, classes));
        }
    }

    private static void prepare(Path jar, Path folder, PreparedClass classes) {
        Path made = folder.resolve(jar.getFileName());
        try {
            if (Files.exists(made)
                    && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(jar))
                            >= 0) {
                return;
            }
            Path unfinished = folder.resolve(jar.getFileName() + ".part");
            if (!rewrite(jar, unfinished, classes)) {
                Files.copy(jar, unfinished, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(unfinished, made, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(jar + " cannot be laid out", e);
        }
    }

    /** Whether anything in it had to change. */
    private static boolean rewrite(Path jar, Path to, PreparedClass classes) throws IOException {
        boolean changed = false;
        try (ZipFile from = new ZipFile(jar.toFile());
                ZipOutputStream out =
                        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(to)))) {
            out.setLevel(Deflater.BEST_SPEED); // the cache holds what is in it
            for (ZipEntry entry : Collections.list(from.entries())) {
                if (SIGNATURE.matcher(entry.getName()).matches()) {
                    changed = true;
                    continue;
                }
                byte[] content = from.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class")) {
                    Optional<byte[]> prepared = classes.prepare(content);
                    changed |= prepared.isPresent();
                    content = prepared.orElse(content);
                }
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(content);
                out.closeEntry();
            }
        }
        return changed;
    }
}
