package dev.tablewalk.cypher.series;

import dev.tablewalk.cypher.CheckpointName;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A series of moments in a store home. Checkpoints are called {@code PREFIX-000001} and so on; what
 * is known of all moments, those included whose checkpoints have been removed, is in the folder
 * {@code series/PREFIX}: {@value #MOMENTS}, a line each, and files of changes. No name in these
 * files is ever taken for that of a file.
 */
public final class Series {
    static final String MOMENTS = "moments.ndjson";
    static final String CHANGES = ".changes.ndjson.gz";

    private static final long MOST_NUMBER = 999_999;
    private static final Pattern CHANGES_NAME =
            Pattern.compile("([0-9]{6})" + Pattern.quote(CHANGES));

    private static final Pattern CHECKPOINT_NAME = Pattern.compile("(.+)-[0-9]{6}");

    private final StoreHome home;
    private final String prefix;

    private Series(StoreHome home, String prefix) {
        this.home = home;
        this.prefix = prefix;
    }

    /**
     * A series, which need not exist yet. Touches nothing.
     *
     * @throws UserError if no checkpoint could be called as its moments are
     */
    public static Series of(StoreHome home, String prefix) {
        String last = name(prefix, MOST_NUMBER);
        if (!CheckpointName.isValid(prefix) || !CheckpointName.isValid(last)) {
            CheckpointName.require(prefix);
            throw UserError.input(
                    prefix
                            + " is too long for a series, whose checkpoints are called "
                            + last
                            + ": use at most "
                            + (CheckpointName.MAX_LENGTH - (last.length() - prefix.length()))
                            + " characters");
        }
        return new Series(home, prefix);
    }

    /**
     * A series that has a moment.
     *
     * @throws UserError if there is none of that name
     */
    public static Series existing(StoreHome home, String prefix) {
        List<Series> all = all(home);
        return all.stream()
                .filter(series -> series.prefix.equals(prefix))
                .findAny()
                .orElseThrow(() -> none(home, of(home, prefix), all));
    }

    /**
     * The series that a checkpoint's name is of, by its form alone: whether the series has such a
     * moment is for its moments to tell. Opens no store.
     *
     * @return empty if the name has not that form, or there is no such series
     */
    public static Optional<Series> named(StoreHome home, String checkpoint) {
        Matcher name = CHECKPOINT_NAME.matcher(checkpoint);
        if (!name.matches() || !CheckpointName.isValid(name.group(1))) {
            return Optional.empty();
        }
        Series series = new Series(home, name.group(1));
        return Files.exists(series.moments(series.folder()))
                ? Optional.of(series)
                : Optional.empty();
    }

    private static UserError none(StoreHome home, Series wanted, List<Series> all) {
        List<String> names = all.stream().map(Series::prefix).toList();
        return UserError.input(
                "no series '"
                        + wanted.prefix
                        + "' in "
                        + home.folder()
                        + ": "
                        + (names.isEmpty()
                                ? "there is none yet; make one with tablewalk watch"
                                : (names.size() == 1 ? "there is " : "there are ")
                                        + String.join(", ", names)));
    }

    /** All series of a store home that have a moment, by prefix. Opens no store. */
    public static List<Series> all(StoreHome home) {
        Path folder = home.folder().resolve(CheckpointName.SERIES);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .filter(CheckpointName::isValid)
                    .sorted()
                    .map(prefix -> new Series(home, prefix))
                    .filter(series -> Files.exists(series.moments(series.folder())))
                    .toList();
        } catch (IOException e) {
            throw failed("the series in " + folder + " cannot be read", e);
        }
    }

    static UserError failed(String what, IOException cause) {
        return UserError.input(what + ": " + cause, cause);
    }

    public String prefix() {
        return prefix;
    }

    StoreHome home() {
        return home;
    }

    /** Where all but its checkpoints is kept; it need not exist. */
    Path folder() {
        return home.folder().resolve(CheckpointName.SERIES).resolve(prefix);
    }

    Path moments(Path folder) {
        return folder.resolve(MOMENTS);
    }

    /** What the checkpoint of a moment is called. */
    public String name(long number) {
        return name(prefix, number);
    }

    private static String name(String prefix, long number) {
        return String.format(Locale.ROOT, "%s-%06d", prefix, number);
    }

    static void requireNumber(long number) {
        if (number > MOST_NUMBER) {
            throw UserError.input(
                    "a series has at most " + MOST_NUMBER + " moments: begin another");
        }
    }

    /** Whether the checkpoint of a moment is still there. */
    public boolean isWhole(Moment moment) {
        return Files.isDirectory(checkpoint(moment.number()));
    }

    Path checkpoint(long number) {
        return home.folder().resolve(name(number));
    }

    /**
     * The file that tells what changed from the moment before to this one, as {@code diff --format
     * ndjson} prints it, packed by gzip. The first moment has none, nor has one before which the
     * checkpoint was removed by hand.
     */
    public Path changes(long number) {
        return folder().resolve(String.format(Locale.ROOT, "%06d%s", number, CHANGES));
    }

    /** The number of the moment that a file tells the changes of; null if it does not. */
    static @Nullable Long changesOf(Path file) {
        Matcher name = CHANGES_NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.valueOf(name.group(1)) : null;
    }

    /**
     * All moments, the earliest first; a last one whose writing was cut short never was.
     *
     * @throws UserError if they cannot be read
     */
    public List<Moment> moments() {
        return read().moments;
    }

    /**
     * @param bytes of the file that are whole lines
     */
    record Kept(List<Moment> moments, long bytes) {}

    Kept read() {
        Path file = moments(folder());
        byte[] all;
        try {
            all = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new Kept(List.of(), 0);
        } catch (IOException e) {
            throw failed("the series " + prefix + " cannot be read", e);
        }
        List<Moment> moments = new ArrayList<>();
        int begin = 0;
        for (int end = 0; end < all.length; end++) {
            if (all[end] == '\n') {
                Moment moment =
                        Moment.parse(new String(all, begin, end - begin, StandardCharsets.UTF_8));
                long last = moments.isEmpty() ? 0 : moments.getLast().number();
                if (moment == null || moment.number() <= last) {
                    if (end == all.length - 1) {
                        break; // the machine died in the middle of it
                    }
                    throw UserError.input(
                            "line "
                                    + (moments.size() + 1)
                                    + " of "
                                    + file
                                    + " is no moment of the series: take the line out");
                }
                moments.add(moment);
                begin = end + 1;
            }
        }
        return new Kept(List.copyOf(moments), begin);
    }

    /** Numbers that checkpoints called as its moments have. */
    List<Long> checkpoints() {
        if (!Files.isDirectory(home.folder())) {
            return List.of();
        }
        Pattern named = Pattern.compile(Pattern.quote(prefix) + "-([0-9]{6})");
        try (Stream<Path> children = Files.list(home.folder())) {
            return children.map(child -> named.matcher(child.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Long.valueOf(name.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw failed("the store home cannot be read", e);
        }
    }

    /** Bytes of all its files, its checkpoints included. Looks at each. */
    public long bytes() {
        return bytes(folder()) + checkpointBytes();
    }

    /** Bytes of its checkpoints' files, as long as they are there. Looks at each. */
    public long checkpointBytes() {
        return checkpoints().stream().mapToLong(number -> bytes(checkpoint(number))).sum();
    }

    /** Of a folder, files of which may go meanwhile. */
    private static long bytes(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file -> Files.isRegularFile(file) ? file.toFile().length() : 0)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }
}
