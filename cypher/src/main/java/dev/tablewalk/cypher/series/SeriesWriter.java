package dev.tablewalk.cypher.series;

import dev.tablewalk.cypher.FolderLock;
import dev.tablewalk.cypher.FolderLock.HeldException;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds moments to a series, one at a time; one process at a time has it.
 *
 * <p>A moment is part of the series when its line is in the file of moments. Before anything of it
 * is made, a note ({@value #UNDER_WAY}) says which number it will have: if the process dies, the
 * next finds the note and takes away what there is of that moment.
 */
public final class SeriesWriter implements AutoCloseable {
    private static final String UNDER_WAY = "under-way";
    private static final String RUNNING = "running";
    private static final String IMAGE = "image.elf";

    private static final Set<String> KEPT = Set.of(FolderLock.FILE, Series.MOMENTS, UNDER_WAY);

    /** For who is being told to end, or dies, to be gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Series series;
    private final Path folder;
    private final FolderLock lock;

    /** Of moments, of which there may be very many. */
    private final TreeSet<Long> numbers = new TreeSet<>();

    private @Nullable Moment last;
    private final boolean leftStopped;

    private SeriesWriter(Series series, FolderLock lock) throws IOException {
        this.series = series;
        this.folder = series.folder();
        this.lock = lock;
        Series.Kept kept = series.read();
        kept.moments().forEach(this::add);
        cutOff(kept.bytes());
        List<String> note = note();
        this.leftStopped = note.size() > 1 && note.get(1).equals(RUNNING);
        giveUp();
    }

    /**
     * Takes a series, makes its folder if need be, and takes away what one that was killed has left
     * of a moment: image, checkpoint, changes, half a line.
     *
     * @throws UserError if another has it, or it cannot be written
     */
    public static SeriesWriter open(Series series) {
        return open(series, PATIENCE);
    }

    static SeriesWriter open(Series series, Duration patience) {
        Path folder = series.folder();
        FolderLock lock = null;
        SeriesWriter writer = null;
        try {
            Files.createDirectories(folder);
            lock = lock(series, patience);
            writer = new SeriesWriter(series, lock);
            return writer;
        } catch (IOException e) {
            throw Series.failed("the series " + series.prefix() + " cannot be written", e);
        } finally {
            if (lock != null && writer == null) {
                release(lock);
            }
        }
    }

    private static FolderLock lock(Series series, Duration patience) throws IOException {
        long begin = System.nanoTime();
        while (true) {
            try {
                return FolderLock.take(series.folder());
            } catch (HeldException e) {
                if (System.nanoTime() - begin > patience.toNanos()) {
                    throw inUse(series, e);
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw UserError.input("interrupted", e);
            }
        }
    }

    private static UserError inUse(Series series, HeldException held) {
        return UserError.input(
                "the series "
                        + series.prefix()
                        + " is being watched already, by "
                        + held.getMessage()
                        + ": end that, or choose another name with --as",
                held);
    }

    private void add(Moment moment) {
        numbers.add(moment.number());
        last = moment;
    }

    /** The last moment; null if there is none yet. */
    public @Nullable Moment last() {
        return last;
    }

    /** Whether one that was killed may have left the guest stopped: it ran before that. */
    public boolean leftStopped() {
        return leftStopped;
    }

    /** Where to put the image of the moment that is under way, and what belongs to it. */
    public Path image() {
        return folder.resolve(IMAGE);
    }

    /**
     * Begins a moment.
     *
     * @param running whether the guest runs now, and so has to after it was captured
     * @return its number, of which there is no checkpoint
     * @throws UserError if it cannot be noted, or what there is of one before cannot be taken away
     */
    public long begin(boolean running) {
        long number = last == null ? 1 : last.number() + 1;
        try {
            giveUp();
            // Somebody may have called a checkpoint of their own that.
            while (Files.exists(series.checkpoint(number), LinkOption.NOFOLLOW_LINKS)) {
                number++;
            }
            Series.requireNumber(number);
            note(running ? number + "\n" + RUNNING + "\n" : number + "\n");
            return number;
        } catch (IOException e) {
            throw Series.failed("a moment of the series cannot be begun", e);
        }
    }

    /** Notes that the guest runs again, if it ran before. */
    public void captured(long number) {
        try {
            note(number + "\n");
        } catch (IOException e) {
            throw Series.failed("a moment of the series cannot be noted", e);
        }
    }

    /** Removes the image of the moment under way. */
    public void dropImage() {
        try {
            Files.deleteIfExists(image());
        } catch (IOException e) {
            throw Series.failed("an image cannot be removed", e);
        }
    }

    /**
     * Adds the moment that is under way, whose checkpoint and file of changes are whole. Durable
     * when this returns.
     *
     * @throws UserError if it cannot be written: then it is none
     */
    public void finish(Moment moment) {
        Path changes = series.changes(moment.number());
        boolean isNew = last == null;
        try {
            if (Files.exists(changes)) {
                force(changes);
            }
            append(moment);
            if (isNew || moment.changesBytes() > 0) {
                force(folder);
            }
            add(moment);
            Files.deleteIfExists(folder.resolve(UNDER_WAY));
        } catch (IOException e) {
            throw Series.failed("a moment of the series cannot be written", e);
        }
    }

    private void append(Moment moment) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        series.moments(folder),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            long end = file.size();
            boolean whole = false;
            try {
                file.position(end);
                ByteBuffer line = ByteBuffer.wrap(moment.line());
                while (line.hasRemaining()) {
                    file.write(line);
                }
                file.force(true);
                whole = true;
            } finally {
                if (!whole) {
                    file.truncate(end);
                }
            }
        }
    }

    /** Takes away what there is of a moment that was begun and not finished. */
    public void giveUp() {
        try {
            List<String> note = note();
            if (!note.isEmpty() && note.getFirst().matches("[0-9]{1,6}")) {
                long number = Long.parseLong(note.getFirst());
                if (!numbers.contains(number) && Files.exists(series.checkpoint(number))) {
                    series.home().remove(series.name(number));
                }
            }
            removeAllElse();
        } catch (IOException e) {
            throw Series.failed("what was left of a moment cannot be removed", e);
        }
    }

    /** All but the lock, the moments and their changes; the note last. */
    private void removeAllElse() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                Long number = Series.changesOf(file);
                boolean kept = number == null ? KEPT.contains(name) : numbers.contains(number);
                if (!kept) {
                    Files.deleteIfExists(file);
                }
            }
        }
        Files.deleteIfExists(folder.resolve(UNDER_WAY));
    }

    /**
     * Removes whole checkpoints of moments other than the first and the last so many.
     *
     * @return for each that cannot be removed now, why; the next call tries again
     */
    public List<String> keepWhole(int last) {
        Set<Long> kept = new HashSet<>(numbers.descendingSet().stream().limit(last).toList());
        kept.addAll(numbers.stream().limit(1).toList());
        List<String> stay = new ArrayList<>();
        for (long number : whole()) {
            if (!kept.contains(number)) {
                try {
                    series.home().remove(series.name(number));
                } catch (UserError e) {
                    stay.add(String.valueOf(e.getMessage()));
                }
            }
        }
        return stay;
    }

    /** Numbers of moments whose checkpoints are there. */
    private List<Long> whole() {
        return series.checkpoints().stream().filter(numbers::contains).toList();
    }

    /**
     * Removes a series with all its checkpoints.
     *
     * @throws UserError if it is being watched, or a checkpoint is in use: the others are removed
     */
    public static void remove(Series series) {
        try (SeriesWriter writer = open(series)) {
            for (long number : writer.whole()) {
                series.home().remove(series.name(number));
            }
            writer.numbers.clear();
        }
    }

    private List<String> note() throws IOException {
        Path file = folder.resolve(UNDER_WAY);
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }

    private void note(String text) throws IOException {
        Path file = folder.resolve(UNDER_WAY);
        Files.writeString(file, text);
        force(file);
        force(folder);
    }

    private void cutOff(long bytes) throws IOException {
        Path file = series.moments(folder);
        if (Files.exists(file) && Files.size(file) > bytes) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(bytes);
                channel.force(true);
            }
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void release(FolderLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // It goes with the process.
        }
    }

    /** Takes away what is not finished, and lets others have the series. */
    @Override
    public void close() {
        try {
            if (numbers.isEmpty()) {
                Files.deleteIfExists(series.moments(folder)); // first: what is left is no series
            }
            giveUp();
            if (numbers.isEmpty()) {
                Files.deleteIfExists(folder.resolve(FolderLock.FILE));
                Files.deleteIfExists(folder);
                Files.deleteIfExists(folder.resolveSibling(""));
            }
        } catch (IOException e) {
            // Others have series there; and an empty folder is none.
        } finally {
            release(lock);
        }
    }
}
