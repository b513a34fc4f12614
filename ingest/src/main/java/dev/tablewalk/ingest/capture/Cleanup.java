package dev.tablewalk.ingest.capture;

import dev.tablewalk.graph.UserError;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done however a capture ends, the last first, each once: by who closes it, or when
 * the process is told to end (Ctrl-C, SIGTERM, SIGHUP).
 */
final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> steps = new ArrayDeque<>();
    private final Thread hook = Thread.ofPlatform().unstarted(this::end);
    private boolean closed;
    private boolean ended;

    Cleanup() {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException ending) {
            throw interrupted();
        }
    }

    /** What is told to who is in the middle of it. */
    static UserError interrupted() {
        return UserError.input("interrupted: the process was told to end");
    }

    /** Adds a step; if it is too late for that, takes it at once. */
    synchronized <T extends AutoCloseable> T add(T step) {
        steps.push(step);
        if (closed) {
            run();
            throw interrupted();
        }
        return step;
    }

    /**
     * Whether the process was told to end: then all is cleaned up, and nothing more can be done.
     */
    synchronized boolean isEnded() {
        return ended;
    }

    private synchronized void end() {
        ended = true;
        run();
    }

    private synchronized void run() {
        closed = true;
        RuntimeException failed = null;
        while (!steps.isEmpty()) {
            failed = close(steps.pop(), failed);
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** Returns what failed first. */
    private static @Nullable RuntimeException close(
            AutoCloseable step, @Nullable RuntimeException before) {
        try {
            step.close();
            return before;
        } catch (RuntimeException e) {
            return before == null ? e : before;
        } catch (Exception e) {
            return before == null ? new IllegalStateException(e) : before;
        }
    }

    /**
     * Takes all steps.
     *
     * @throws RuntimeException what failed first; the others were taken all the same
     */
    @Override
    public void close() {
        try {
            run();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // It has run, or does now.
            }
        }
    }
}
