package dev.tablewalk.ingest.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What each thread has of its own to work with. It goes when its owner does; a {@link
 * ThreadLocal}'s stays as long as the thread, and where it refers to its owner, so does that.
 */
public final class PerThread<T> {
    private final Supplier<T> maker;
    private final Map<Thread, T> made = new ConcurrentHashMap<>();

    /**
     * @param maker makes a thread's, when it first asks
     */
    public PerThread(Supplier<T> maker) {
        this.maker = maker;
    }

    /** The current thread's. */
    public T get() {
        T own = made.get(Thread.currentThread());
        return own == null ? made.computeIfAbsent(Thread.currentThread(), _ -> maker.get()) : own;
    }
}
