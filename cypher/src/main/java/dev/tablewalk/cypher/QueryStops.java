package dev.tablewalk.cypher;

import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stops all that one command has going on, now and later, from another thread. */
public final class QueryStops {
    private final Set<QueryStop> running = new HashSet<>();
    private final List<Runnable> others = new ArrayList<>();
    private @Nullable String reason;

    /**
     * Stops what runs, and what begins after this at once.
     *
     * @param why as {@link QueryStop#now} takes it
     */
    public void now(String why) {
        List<Runnable> ending;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            running.forEach(stop -> stop.now(why));
            ending = List.copyOf(others);
        }
        ending.forEach(Runnable::run);
    }

    /** Has something that is no query end, too: at once if all was stopped already. */
    public void with(Runnable ending) {
        synchronized (this) {
            if (reason == null) {
                others.add(ending);
                return;
            }
        }
        ending.run();
    }

    /**
     * Asks whether the command may go on.
     *
     * @throws UserError if it was stopped
     */
    public synchronized void requireGoing() {
        if (reason != null) {
            throw UserError.input("stopped " + reason);
        }
    }

    /** Whether all was stopped. */
    public synchronized boolean isStopped() {
        return reason != null;
    }

    synchronized void begin(QueryStop query) {
        if (reason != null) {
            query.now(reason);
        }
        running.add(query);
    }

    synchronized void end(QueryStop query) {
        running.remove(query);
    }
}
