package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.stored.StoreScan;
import dev.tablewalk.graph.GraphSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.neo4j.internal.kernel.api.Read;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;

/** Reads a store's graph: one scan of its nodes and one of its relationships, side by side. */
public final class GraphLoader {
    private GraphLoader() {}

    /** One of the two scans. */
    @FunctionalInterface
    private interface Scan {
        void read(KernelTransaction in, Set<String> keys, GraphSink to) throws IOException;
    }

    /**
     * Reads it.
     *
     * @param transactions begins one that reads
     * @param keys the properties to keep
     * @throws dev.tablewalk.graph.UserError if the store is damaged
     */
    public static MemoryGraph load(Supplier<InternalTransaction> transactions, Set<String> keys) {
        GraphKeeper keeper = keeper(transactions, keys);
        CompletableFuture<Void> others =
                CompletableFuture.runAsync(
                        () -> read(transactions, StoreScan::readNodes, keys, keeper),
                        task -> Thread.ofPlatform().daemon().name("read-nodes").start(task));
        try {
            read(transactions, StoreScan::readRelationships, keys, keeper);
            others.join();
            return keeper.graph();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e.getCause());
        } finally {
            // The store may be closed behind this.
            others.exceptionally(_ -> null).join();
        }
    }

    private static GraphKeeper keeper(
            Supplier<InternalTransaction> transactions, Set<String> keys) {
        try (InternalTransaction in = transactions.get()) {
            Read read = in.kernelTransaction().dataRead();
            return new GraphKeeper(keys, read.nodesGetCount(), read.relationshipsGetCount());
        }
    }

    private static void read(
            Supplier<InternalTransaction> transactions,
            Scan scan,
            Set<String> keys,
            GraphKeeper keeper) {
        try (InternalTransaction in = transactions.get()) {
            scan.read(in.kernelTransaction(), keys, keeper);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // which what keeps them does not throw
        }
    }
}
