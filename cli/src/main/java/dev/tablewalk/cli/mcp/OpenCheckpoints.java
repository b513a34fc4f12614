package dev.tablewalk.cli.mcp;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The checkpoints that can be asked. One is opened when it is first asked, and closed when nobody
 * has asked it for a while, so that it can be removed.
 */
final class OpenCheckpoints implements AutoCloseable {
    /** Each is a Neo4j of its own. */
    private static final int MOST_OPEN = 8;

    private static final Duration KEPT = Duration.ofMinutes(1);

    private final StoreHome home;
    private final List<String> names;
    private final Map<String, Opened> opened = new HashMap<>();
    private boolean closed;

    /**
     * Opens none.
     *
     * @param names of those that can be asked; none for all of the home, now and later
     * @throws UserError if one of the names is no checkpoint's
     */
    OpenCheckpoints(StoreHome home, List<String> names) {
        this.home = home;
        this.names = List.copyOf(names);
        names.forEach(home::info);
    }

    private static final class Opened {
        private final Checkpoint checkpoint;
        private int users;
        private long unusedSince;

        Opened(Checkpoint checkpoint) {
            this.checkpoint = checkpoint;
        }
    }

    /** What is known of each without opening it. */
    List<CheckpointInfo> list() {
        return home.list().stream().filter(info -> isOffered(info.name())).toList();
    }

    private boolean isOffered(String name) {
        return names.isEmpty() || names.contains(name);
    }

    /**
     * Asks one.
     *
     * @throws UserError if there is none of that name, it cannot be opened, or as many as can be
     *     are being asked
     */
    <T> T ask(String name, Call call, Function<Checkpoint, T> question) {
        if (!isOffered(name)) {
            throw UserError.input(
                    "no checkpoint '" + name + "' is served here: " + String.join(", ", names));
        }
        Opened one = take(name);
        try {
            call.begin();
            return question.apply(one.checkpoint);
        } finally {
            release(one);
        }
    }

    private synchronized Opened take(String name) {
        if (closed) {
            throw UserError.input("tablewalk serve is ending");
        }
        Opened one = opened.get(name);
        if (one == null) {
            if (opened.size() == MOST_OPEN) {
                close(longestUnused());
            }
            one = new Opened(home.open(name));
            opened.put(name, one);
        }
        one.users++;
        return one;
    }

    private String longestUnused() {
        Optional<Map.Entry<String, Opened>> found =
                opened.entrySet().stream()
                        .filter(entry -> entry.getValue().users == 0)
                        .min(
                                Comparator.comparingLong(
                                        entry -> entry.getValue().unusedSince - System.nanoTime()));
        return found.map(Map.Entry::getKey)
                .orElseThrow(
                        () ->
                                UserError.input(
                                        MOST_OPEN
                                                + " checkpoints are being asked, and no more can"
                                                + " be: ask again"));
    }

    private synchronized void release(Opened one) {
        one.users--;
        one.unusedSince = System.nanoTime();
        if (closed && one.users == 0) {
            one.checkpoint.close();
        }
    }

    private void close(String name) {
        Opened one = opened.remove(name);
        if (one != null) {
            one.checkpoint.close();
        }
    }

    /** Closes those that nobody has asked for a while. */
    synchronized void closeUnused() {
        long now = System.nanoTime();
        new ArrayList<>(opened.entrySet())
                .forEach(
                        entry -> {
                            Opened one = entry.getValue();
                            if (one.users == 0 && now - one.unusedSince > KEPT.toNanos()) {
                                close(entry.getKey());
                            }
                        });
    }

    /** Closes them; one that is being asked, when that has ended. */
    @Override
    public synchronized void close() {
        closed = true;
        opened.values().stream()
                .filter(one -> one.users == 0)
                .forEach(one -> one.checkpoint.close());
        opened.clear();
    }
}
