package dev.tablewalk.cypher.load;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/** What other threads have done for a load. */
final class Finished {
    private Finished() {}

    /**
     * Waits for it.
     *
     * @param work such as {@code future::get}
     * @param what it is, for messages: "the importer"
     * @throws IOException if it failed so, or the thread is interrupted
     */
    static <T> T get(Callable<T> work, String what) throws IOException {
        try {
            return work.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + what);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IOException(what + " failed", e);
            }
        } catch (Exception e) {
            throw new IOException(what + " failed", e);
        }
    }
}
