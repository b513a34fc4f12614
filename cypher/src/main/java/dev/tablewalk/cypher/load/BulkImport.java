package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.neo4j.batchimport.api.BatchImporter;
import org.neo4j.batchimport.api.Configuration;
import org.neo4j.batchimport.api.IndexConfig;
import org.neo4j.batchimport.api.Monitor;
import org.neo4j.batchimport.api.input.Collector;
import org.neo4j.batchimport.api.input.Input;
import org.neo4j.collection.Dependencies;
import org.neo4j.configuration.Config;
import org.neo4j.internal.batchimport.DefaultAdditionalIds;
import org.neo4j.io.ByteUnit;
import org.neo4j.io.pagecache.ExternallyManagedPageCache;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.DatabaseCreationOptions;
import org.neo4j.kernel.impl.index.schema.IndexImporterFactoryImpl;
import org.neo4j.kernel.impl.transaction.log.files.LogTailMetadataFactoryImpl;
import org.neo4j.kernel.impl.transaction.log.files.TransactionLogInitializer;
import org.neo4j.memory.EmptyMemoryTracker;

/**
 * Makes a store of a graph, without a database running: the importer behind {@code neo4j-admin
 * database import full}, called as the tool's {@code FileImporter} and {@code ImportCommand.Full}
 * call it, and {@link RangeIndexes}, which the importer cannot make.
 *
 * <p>All of it runs on a thread of its own, which makes the empty store while the graph is still
 * being found.
 */
public final class BulkImport implements AutoCloseable {
    private final CompletableFuture<Source> source = new CompletableFuture<>();
    private final FutureTask<GraphCounts> importing;

    /** The graph to be loaded, and who hears how far that is. */
    record Source(GuestGraph graph, Progress progress) {}

    private BulkImport(Supplier<Config> config) {
        importing = new FutureTask<>(() -> run(config.get()));
    }

    /**
     * Begins with the files of an empty store, and then waits for a graph.
     *
     * @param config of the store to be; its database must not exist
     */
    public static BulkImport begin(Supplier<Config> config) {
        BulkImport begun = new BulkImport(config);
        Thread.ofPlatform().daemon().name("bulk import").start(begun.importing);
        return begun;
    }

    /**
     * Writes nodes, relationships, the two token look-up indexes and the range indexes of {@link
     * dev.tablewalk.graph.GraphSchema#INDEXES}. Nothing is durable yet: the store's files still
     * have to be synced.
     *
     * @param progress hears of the stages, and of how many nodes and relationships were handed to
     *     the importer
     * @throws IOException if a file cannot be written, because the disk is full for one
     */
    public GraphCounts finish(GuestGraph graph, Progress progress) throws IOException {
        progress.stage("load store", graph.nodeCount() + graph.relationshipCount());
        source.complete(new Source(graph, progress));
        return Finished.get(importing::get, "the importer");
    }

    /** Lets go of the store's files; without a graph, what was begun is given up. */
    @Override
    public void close() {
        source.cancel(false);
        boolean interrupted = false;
        while (true) {
            try {
                importing.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // Whoever closes may delete the files next.
            } catch (ExecutionException | CancellationException e) {
                break; // finish() has thrown it, or nobody waits for it any more.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private GraphCounts run(Config config) throws IOException {
        try (OfflineStore store = OfflineStore.of(config);
                RangeIndexes indexes = new RangeIndexes(store)) {
            GraphInput input = new GraphInput(source, indexes::begin);
            importGraph(store, input);
            store.files().requireWritten();
            source.join().progress().stage("index", 0);
            indexes.finish();
            store.files().requireWritten();
            return input.counts();
        }
    }

    private static void importGraph(OfflineStore store, Input input) throws IOException {
        try (BatchImporter importer =
                store.engine()
                        .batchImporter(
                                store.layout(),
                                store.files(),
                                false,
                                PageCacheTracer.NULL,
                                new ImportConfiguration(store),
                                OfflineStore.NO_LOG,
                                null,
                                false,
                                DefaultAdditionalIds.EMPTY,
                                new LogTailMetadataFactoryImpl(store.files()),
                                store.config(),
                                Monitor.NO_MONITOR,
                                store.scheduler(),
                                Collector.STRICT,
                                TransactionLogInitializer.getLogFilesInitializer(),
                                new IndexImporterFactoryImpl(),
                                EmptyMemoryTracker.INSTANCE,
                                store.contexts(),
                                () -> {
                                    throw new UnsupportedOperationException(
                                            "the importer of the record formats makes no such"
                                                    + " indexes");
                                },
                                0,
                                new Dependencies(),
                                DatabaseCreationOptions.EMPTY_CREATION_OPTIONS,
                                BatchImporter.HardwareValidation.NONE)) {
            importer.doImport(input);
        }
    }

    private record ImportConfiguration(OfflineStore store) implements Configuration {
        @Override
        public IndexConfig indexConfig() {
            return IndexConfig.create().withLabelIndex().withRelationshipTypeIndex();
        }

        @Override
        public long maxOffHeapMemory() {
            return ByteUnit.mebiBytes(128);
        }

        @Override
        public ExternallyManagedPageCache providedPageCache() {
            return new ExternallyManagedPageCache(store.pages());
        }

        /**
         * That would be a thread that writes and syncs all files over and over while nodes and
         * relationships are imported, of use where a store is larger than memory.
         */
        @Override
        public boolean sequentialBackgroundFlushing() {
            return false;
        }

        @Override
        public boolean enableInstrumentation() {
            return false;
        }
    }
}
