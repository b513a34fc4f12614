package dev.tablewalk.cypher;

import dev.tablewalk.graph.UserError;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Transaction;

/**
 * Stops one query from another thread, whatever it is at: being planned, or between two rows. May
 * be used before the query begins.
 */
public final class QueryStop {
    private @Nullable Transaction transaction;
    private @Nullable String reason;

    /**
     * Stops the query; what asks it fails with {@link UserError}. Does nothing if it has ended.
     *
     * @param why the query was stopped, as the rest of a sentence, such as {@code "after 30 s"}
     */
    public synchronized void now(String why) {
        if (reason == null) {
            reason = why;
            terminate();
        }
    }

    /** Why it was stopped; null if it was not. */
    public synchronized @Nullable String reason() {
        return reason;
    }

    /**
     * Asks whether it may go on.
     *
     * @throws UserError if it was stopped
     */
    synchronized void requireGoing() {
        if (reason != null) {
            throw UserError.input("the query was stopped " + reason);
        }
    }

    synchronized void begin(Transaction running) {
        transaction = running;
        terminate();
    }

    /** A transaction that is closed must not be touched. */
    synchronized void end() {
        transaction = null;
    }

    private void terminate() {
        if (reason != null && transaction != null) {
            transaction.terminate();
        }
    }
}
