package dev.tablewalk.cli.serve;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.saved.QueryLibrary;
import dev.tablewalk.cypher.series.Moment;
import dev.tablewalk.cypher.series.Series;
import dev.tablewalk.graph.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the explorer shows: checkpoints, and the other moments of the series that these are of. Such
 * a moment is opened when it is first asked for.
 */
public final class Served implements AutoCloseable {
    /** Moments that are opened beside those that were named: each is a Neo4j of its own. */
    private static final int MOST_OPENED = 8;

    private final StoreHome home;
    private final List<Checkpoint> checkpoints;
    private final QueryLibrary library;
    private final Duration limit;
    private final List<Checkpoint> opened = new ArrayList<>();
    private boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param home where the checkpoints are
     * @param checkpoints open, and closed by whoever opened them
     * @param library the saved queries
     * @param limit how long a question may take
     */
    public Served(
            StoreHome home, List<Checkpoint> checkpoints, QueryLibrary library, Duration limit) {
        this.home = home;
        this.checkpoints = List.copyOf(checkpoints);
        this.library = library;
        this.limit = limit;
    }

    StoreHome home() {
        return home;
    }

    /** Those that were named. */
    List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    QueryLibrary library() {
        return library;
    }

    Duration limit() {
        return limit;
    }

    /** Whether Neo4j's own tools reach those that were named. */
    boolean hasBolt() {
        return checkpoints.stream().allMatch(checkpoint -> checkpoint.boltPort() != 0);
    }

    /**
     * One of the checkpoints, or a moment of their series. To open one takes about a second.
     *
     * @throws UserError if there is none of that name, it is no longer whole, or as many as can be
     *     are open
     */
    Checkpoint checkpoint(String name) {
        for (Checkpoint checkpoint : checkpoints) {
            if (checkpoint.info().name().equals(name)) {
                return checkpoint;
            }
        }
        return moment(name);
    }

    private synchronized Checkpoint moment(String name) {
        for (Checkpoint checkpoint : opened) {
            if (checkpoint.info().name().equals(name)) {
                return checkpoint;
            }
        }
        Series series = series(name).orElseThrow(() -> notServed(name));
        Moment moment =
                series.moments().stream()
                        .filter(one -> series.name(one.number()).equals(name))
                        .findFirst()
                        .orElseThrow(() -> notServed(name));
        if (!series.isWhole(moment)) {
            throw UserError.input(name + " is no longer kept whole");
        }
        if (closed || opened.size() == MOST_OPENED) {
            throw UserError.input(
                    MOST_OPENED
                            + " moments are open beside those that were named, and no more can be:"
                            + " tablewalk serve takes the names of others");
        }
        Checkpoint checkpoint = home.open(name);
        opened.add(checkpoint);
        return checkpoint;
    }

    private static UserError notServed(String name) {
        return UserError.input("no checkpoint '" + name + "' is served here");
    }

    /**
     * The series that a name is of, if one of the checkpoints is of it as well: no other is shown.
     * Reads no moments.
     */
    Optional<Series> series(String name) {
        return Series.named(home, name)
                .filter(
                        series ->
                                checkpoints.stream()
                                        .map(one -> Series.named(home, one.info().name()))
                                        .flatMap(Optional::stream)
                                        .anyMatch(one -> one.prefix().equals(series.prefix())));
    }

    /** Closes the moments that were opened; there are none any more. */
    @Override
    public synchronized void close() {
        closed = true;
        opened.forEach(Checkpoint::close);
        opened.clear();
    }
}
