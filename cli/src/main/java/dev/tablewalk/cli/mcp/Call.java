package dev.tablewalk.cli.mcp;

import dev.tablewalk.cypher.QueryStop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of a tool, which another thread can stop. */
final class Call {
    private final Duration limit;
    private final BiFunction<Runnable, Duration, Future<?>> clock;
    private final List<Consumer<String>> stopped = new ArrayList<>();
    private final List<Future<?>> alarms = new ArrayList<>();
    private @Nullable String reason;
    private boolean cancelled;

    /**
     * @param limit how long it may ask a checkpoint
     * @param clock has something done after a while
     */
    Call(Duration limit, BiFunction<Runnable, Duration, Future<?>> clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** It begins to ask: from now on its time runs. To open a checkpoint took time, too. */
    void begin() {
        stopAfter(limit);
    }

    /** Has it stopped after a while, if not before. */
    synchronized void stopAfter(Duration time) {
        alarms.add(clock.apply(() -> stop("after " + time.toSeconds() + " s, the limit"), time));
    }

    /** It was answered. */
    synchronized void end() {
        alarms.forEach(alarm -> alarm.cancel(false));
    }

    /**
     * Says how it is stopped; at once if it was stopped already.
     *
     * @param how is told why, as {@link QueryStop#now} takes it
     */
    synchronized void stops(Consumer<String> how) {
        stopped.add(how);
        if (reason != null) {
            how.accept(reason);
        }
    }

    /** Stops a query that it asks. */
    QueryStop queryStop() {
        QueryStop stop = new QueryStop();
        stops(stop::now);
        return stop;
    }

    synchronized void stop(String why) {
        if (reason == null) {
            reason = why;
            stopped.forEach(how -> how.accept(why));
        }
    }

    /** Stops it, and nobody wants its answer. */
    synchronized void cancel() {
        cancelled = true;
        stop("as it was cancelled");
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }
}
