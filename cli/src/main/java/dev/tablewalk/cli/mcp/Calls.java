package dev.tablewalk.cli.mcp;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are being answered or wait for it. No thread of them is ever interrupted: that
 * would close a store's files.
 */
final class Calls implements AutoCloseable {
    /** What computes at once; others wait. */
    private static final int AT_ONCE = 4;

    private static final int MOST_WAITING = 64;
    private static final Duration TIDYING = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String ENDING = "because tablewalk serve ends";

    private final Duration limit;
    private final Map<Object, Call> known = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    AT_ONCE,
                    AT_ONCE,
                    0,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(MOST_WAITING),
                    Thread.ofPlatform().daemon().name("call-", 0).factory());
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("clock").factory());

    /**
     * @param limit how long each may take
     * @param tidy is done now and then
     */
    Calls(Duration limit, Runnable tidy) {
        this.limit = limit;
        clock.setRemoveOnCancelPolicy(true);
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        Future<?> _ =
                clock.scheduleWithFixedDelay(
                        tidy, TIDYING.toSeconds(), TIDYING.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Has a call answered, on another thread.
     *
     * @param id by which the client knows it
     * @return false if there is one of that id, or too many wait
     */
    boolean begin(Object id, Consumer<Call> answer) {
        Call call = new Call(limit, this::schedule);
        if (known.putIfAbsent(id, call) != null) {
            return false;
        }
        try {
            threads.execute(() -> run(id, call, answer));
            return true;
        } catch (RejectedExecutionException e) {
            known.remove(id);
            return false;
        }
    }

    private void run(Object id, Call call, Consumer<Call> answer) {
        try {
            if (!call.isCancelled()) {
                answer.accept(call);
            }
        } finally {
            known.remove(id);
            call.end();
        }
    }

    private Future<?> schedule(Runnable action, Duration after) {
        try {
            return clock.schedule(action, after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null); // All are being stopped.
        }
    }

    /** Stops one, if it is still being answered, and drops its answer. */
    void cancel(@Nullable Object id) {
        Call call = id == null ? null : known.get(id);
        if (call != null) {
            call.cancel();
        }
    }

    boolean isCancelled(@Nullable Object id) {
        Call call = id == null ? null : known.get(id);
        return call != null && call.isCancelled();
    }

    /** Whether nothing more is answered. */
    boolean isEnded() {
        return threads.isShutdown();
    }

    /** Stops all, and begins no other. */
    void stop(String why) {
        threads.shutdown();
        clock.shutdown();
        known.values().forEach(call -> call.stop(why));
    }

    /** Stops all, and waits for their threads. */
    @Override
    public void close() {
        stop(ENDING);
        try {
            threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
