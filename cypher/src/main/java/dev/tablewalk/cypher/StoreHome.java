package dev.tablewalk.cypher;

import dev.tablewalk.cypher.FolderLock.HeldException;
import dev.tablewalk.cypher.dbms.EmbeddedDbms;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds checkpoints, each a folder of its own by the checkpoint's name. A
 * checkpoint appears in it whole or not at all, and disappears as a whole.
 *
 * <p>Names that begin with a dot are work under way: a load or a removal. If its process has ended,
 * however it ended, the next {@link #list}, {@link #load} or {@link #remove} deletes them.
 */
public final class StoreHome {
    private static final String END_IT = "end it, then remove the checkpoint";

    private final Path home;
    private final OpenStores stores;
    private final QueryStops stops;
    private final String user;

    private StoreHome(Path home, OpenStores stores, QueryStops stops, String user) {
        this.home = home;
        this.stores = stores;
        this.stops = stops;
        this.user = user;
    }

    /**
     * The store home at a folder, which need not exist yet, for a process that shares no store.
     * Touches nothing.
     */
    public static StoreHome at(Path dir) {
        return at(dir, new OpenStores(0), new QueryStops(), Holder.me().describe());
    }

    /**
     * The same for one command of several in this process.
     *
     * @param stores that they share
     * @param stops of all that the command asks
     * @param user the command, as others are told of it who cannot have what it holds
     */
    public static StoreHome at(Path dir, OpenStores stores, QueryStops stops, String user) {
        return new StoreHome(dir.toAbsolutePath().normalize(), stores, stops, user);
    }

    /** The folder; it need not exist. */
    public Path folder() {
        return home;
    }

    /** The folder in it where a user's saved queries may lie; it need not exist. */
    public Path queries() {
        return home.resolve(CheckpointName.QUERIES);
    }

    /** The file in it where a shell keeps what was typed; it need not exist. */
    public Path shellHistory() {
        return home.resolve(CheckpointName.SHELL_HISTORY);
    }

    /**
     * The checkpoints, by name. Reads a small file for each and opens no store; deletes what dead
     * loads left. Includes checkpoints that cannot be read: see {@link
     * CheckpointInfo#schemaVersion}.
     */
    public List<CheckpointInfo> list() {
        WorkFolder.sweep(home);
        List<CheckpointInfo> all = new ArrayList<>();
        for (String name : names()) {
            all.add(CheckpointFile.readOrDescribe(home.resolve(name), name));
        }
        return List.copyOf(all);
    }

    /**
     * One checkpoint; opens no store.
     *
     * @throws UserError if there is none of that name, or it is damaged
     */
    public CheckpointInfo info(String name) {
        return CheckpointFile.read(existing(name), name);
    }

    /**
     * Removes a checkpoint, as a whole; one that is damaged too.
     *
     * @throws UserError if there is none of that name, or a process has it open
     */
    public void remove(String name) {
        Path folder = existing(name);
        WorkFolder.sweep(home);
        try {
            requireUnused(name, stores.close(folder));
            try (FolderLock _ = FolderLock.take(folder)) {
                WorkFolder.discard(home, folder);
            }
        } catch (HeldException e) {
            throw inUse(name, String.valueOf(e.getMessage()), END_IT, e);
        } catch (IOException e) {
            throw failed("checkpoint '" + name + "' cannot be removed", e);
        }
    }

    /**
     * Asks whether a checkpoint could be loaded under a name.
     *
     * @throws UserError if the name is not valid, or taken
     */
    public void requireFree(String name) {
        CheckpointName.require(name);
        if (Files.exists(home.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            throw UserError.input(
                    "checkpoint '"
                            + name
                            + "' exists already in "
                            + home
                            + ": choose another name, or remove it first (tablewalk remove "
                            + name
                            + ")");
        }
    }

    /**
     * Loads a graph as a new checkpoint: whole, or not at all if this throws or the process ends.
     *
     * @throws UserError if the name is not free, or there is no room on the disk
     */
    public CheckpointInfo load(String name, GuestGraph graph, Progress progress) {
        requireFree(name);
        loading(
                name,
                () -> {
                    Files.createDirectories(home);
                    DiskSpace.require(home, name, graph); // Before anything of it is written.
                    return home;
                });
        try (Load load = begin(name)) {
            return load.finish(graph, progress);
        }
    }

    /**
     * Begins to load a checkpoint whose graph is still being found. Makes the home if need be.
     *
     * @throws UserError if the name is not free, or nothing can be written to the home
     */
    public Load begin(String name) {
        requireFree(name);
        WorkFolder.sweep(home);
        return loading(
                name,
                () -> {
                    Files.createDirectories(home);
                    return Load.begin(this, name);
                });
    }

    /** A part of loading a checkpoint. */
    interface Loading<T> {
        T run() throws IOException;
    }

    /** Runs part of a load; what goes wrong is told to the user in terms of it. */
    <T> T loading(String name, Loading<T> part) {
        try {
            return part.run();
        } catch (IOException e) {
            if (DiskSpace.isExhausted(e)) {
                throw DiskSpace.exhausted(home, name, e);
            }
            requireFree(name); // Another process may have been faster.
            throw failed("checkpoint '" + name + "' cannot be loaded", e);
        } catch (RuntimeException e) {
            throw DiskSpace.isExhausted(e) ? DiskSpace.exhausted(home, name, e) : e;
        }
    }

    /**
     * Opens a checkpoint's store for reading. Takes seconds, unless another command of this process
     * has it open.
     *
     * @throws UserError if there is none of that name, another process has it open, or its store
     *     cannot be opened
     */
    public Checkpoint open(String name) {
        CheckpointInfo info = info(name);
        if (!CheckpointFile.isReadable(info.schemaVersion())) {
            throw UserError.input(
                    "checkpoint '"
                            + name
                            + "' was made by another version of tablewalk: ingest its image again");
        }
        Path folder = home.resolve(name);
        try {
            DiskSpace.requireToOpen(folder, name);
            return new Checkpoint(info, stores.open(folder, info.sizeBytes(), user), user, stops);
        } catch (HeldException e) {
            throw inUse(
                    name,
                    String.valueOf(e.getMessage()),
                    "one process at a time can read a checkpoint",
                    e);
        } catch (IOException e) {
            throw failed("checkpoint '" + name + "' cannot be opened", e);
        } catch (EmbeddedDbms.UnavailableException e) {
            throw UserError.input(
                    "the store of checkpoint '"
                            + name
                            + "' cannot be opened: "
                            + Text.oneLine(String.valueOf(e.getMessage()), 300),
                    e);
        }
    }

    private Path existing(String name) {
        Path folder = home.resolve(CheckpointName.isValid(name) ? name : ".");
        if (!CheckpointName.isValid(name) || !Files.isDirectory(folder)) {
            List<String> names = names();
            throw UserError.input(
                    "no checkpoint '"
                            + Text.oneLine(name, 80)
                            + "' in "
                            + home
                            + ": "
                            + (names.isEmpty()
                                    ? "there is none yet; make one with tablewalk ingest"
                                    : "there "
                                            + (names.size() == 1 ? "is " : "are ")
                                            + String.join(", ", names)));
        }
        return folder;
    }

    private List<String> names() {
        if (!Files.isDirectory(home)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(home)) {
            return children.filter(Files::isDirectory)
                    .map(child -> child.getFileName().toString())
                    .filter(CheckpointName::isValid)
                    .sorted()
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw failed("the store home " + home + " cannot be read", e);
        }
    }

    private static void requireUnused(String name, List<String> users) {
        if (!users.isEmpty()) {
            throw inUse(name, String.join(", ", users), END_IT, null);
        }
    }

    private static UserError inUse(
            String name, String holder, String advice, @Nullable HeldException cause) {
        String message = "checkpoint '" + name + "' is in use by " + holder + ": " + advice;
        return cause == null ? UserError.input(message) : UserError.input(message, cause);
    }

    static UserError failed(String what, IOException cause) {
        String detail =
                cause.getMessage() == null ? "" : " " + Text.oneLine(cause.getMessage(), 200);
        return UserError.input(what + ": " + cause.getClass().getSimpleName() + detail, cause);
    }
}
