package dev.tablewalk.fleet.dataset;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder with the tables of many checkpoints: {@code guest=G/checkpoint=C/TABLE.parquet}, as Hive
 * lays out partitions. A checkpoint's folder has all of its files or is not there; {@code
 * _export.json} in it tells what it was made of. What begins with {@code _} or {@code .} is no data
 * to those that read such folders.
 */
public final class DataSet {
    private static final String GUEST = "guest=";
    private static final String CHECKPOINT = "checkpoint=";
    private static final String MANIFEST = "_export.json";
    private static final String ORDINALS = "_ordinals";

    /** An id's bits for the number of a node; those above number the checkpoint. */
    private static final int NODE_BITS = 40;

    private static final int MOST_ORDINALS = 1 << 22;
    private static final String PLAIN =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;

    /** One that may not be there yet. */
    public DataSet(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    public Path folder() {
        return folder;
    }

    /**
     * What an export was made of.
     *
     * @param ordinal the upper bits of its ids: no two checkpoints of a data set have the same
     * @param source tells the store that it was made of from any other
     * @param rows of each table
     */
    public record Manifest(
            String guest, String checkpoint, int ordinal, String source, Map<String, Long> rows) {
        /** Of all tables. */
        public long allRows() {
            return rows.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Writes one checkpoint's tables; {@code CheckpointWriter} is their form. */
    @FunctionalInterface
    public interface Source {
        void write(CheckpointWriter to) throws IOException;
    }

    /** Where the tables of a checkpoint are. */
    Path folder(String guest, String checkpoint) {
        return folder.resolve(GUEST + escaped(guest)).resolve(CHECKPOINT + escaped(checkpoint));
    }

    /** What is there of a checkpoint; empty if nothing is, or it is damaged. */
    public Optional<Manifest> find(String guest, String checkpoint) {
        return readOrNone(folder(guest, checkpoint));
    }

    /** All checkpoints in it, by guest and name. */
    public List<Manifest> list() {
        List<Manifest> all = new ArrayList<>();
        for (Path guest : folders(folder, GUEST)) {
            for (Path checkpoint : folders(guest, CHECKPOINT)) {
                read(checkpoint).ifPresent(all::add);
            }
        }
        all.sort(Comparator.comparing(Manifest::guest).thenComparing(Manifest::checkpoint));
        return all;
    }

    private static List<Path> folders(Path in, String prefix) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(in, prefix + "*")) {
            entries.forEach(folders::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw UserError.input(in + " cannot be read: " + e.getMessage(), e);
        }
        return folders;
    }

    private static Optional<Manifest> read(Path checkpoint) {
        Path file = checkpoint.resolve(MANIFEST);
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), Manifest.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw UserError.input(file + " is damaged: export that checkpoint again", e);
        } catch (IOException e) {
            throw UserError.input(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same, where one that is damaged is to be written anew. */
    private static Optional<Manifest> readOrNone(Path checkpoint) {
        try {
            return read(checkpoint);
        } catch (UserError e) {
            return Optional.empty();
        }
    }

    /**
     * Writes a checkpoint's tables, in the place of those that were there. They appear when all are
     * whole.
     *
     * @param source {@link Manifest#source}
     * @param columns of each table that its graph has, by the tables' names
     * @param from writes them
     */
    public Manifest write(
            String guest,
            String checkpoint,
            String source,
            Map<String, List<Column>> columns,
            Source from)
            throws IOException {
        Path there = folder(guest, checkpoint);
        Files.createDirectories(there.getParent());
        Optional<Manifest> before = readOrNone(there);
        int ordinal = before.isPresent() ? before.get().ordinal() : nextOrdinal(guest, checkpoint);
        return new WholeFolder(there)
                .write(
                        made -> {
                            try (CheckpointWriter writer =
                                    new CheckpointWriter(
                                            made, (long) ordinal << NODE_BITS, columns)) {
                                from.write(writer);
                                Manifest manifest =
                                        new Manifest(
                                                guest,
                                                checkpoint,
                                                ordinal,
                                                source,
                                                writer.finish());
                                Files.write(
                                        made.resolve(MANIFEST),
                                        JSON.writerWithDefaultPrettyPrinter()
                                                .writeValueAsBytes(manifest));
                                return manifest;
                            }
                        });
    }

    /** The first that nobody has, be it in another process or on another machine. */
    private int nextOrdinal(String guest, String checkpoint) throws IOException {
        Path ordinals = folder.resolve(ORDINALS);
        Files.createDirectories(ordinals);
        int next = 0;
        try (Stream<Path> taken = Files.list(ordinals)) {
            next =
                    taken.map(path -> path.getFileName().toString())
                            .filter(name -> name.matches("[0-9]{1,7}"))
                            .mapToInt(name -> Integer.parseInt(name) + 1)
                            .max()
                            .orElse(0);
        }
        for (; next < MOST_ORDINALS; next++) {
            try {
                Files.writeString(
                        ordinals.resolve(Integer.toString(next)),
                        guest + "\n" + checkpoint + "\n",
                        StandardOpenOption.CREATE_NEW);
                return next;
            } catch (FileAlreadyExistsException e) {
                // Another was faster.
            }
        }
        throw UserError.input(folder + " is full: it takes " + MOST_ORDINALS + " checkpoints");
    }

    /**
     * As Hive writes the values of partitions: what is not a letter, a digit or harmless is written
     * by its bytes in UTF-8, as {@code %2F}.
     */
    static String escaped(String value) {
        StringBuilder escaped = new StringBuilder();
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(each) >= 0) {
                escaped.append((char) each);
            } else {
                escaped.append(String.format("%%%02X", each & 0xff));
            }
        }
        return escaped.toString();
    }
}
