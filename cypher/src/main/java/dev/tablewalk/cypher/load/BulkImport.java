package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
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
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.DatabaseCreationOptions;
import org.neo4j.kernel.impl.index.schema.IndexImporterFactoryImpl;
import org.neo4j.kernel.impl.transaction.log.files.LogTailMetadataFactoryImpl;
import org.neo4j.kernel.impl.transaction.log.files.TransactionLogInitializer;
import org.neo4j.memory.EmptyMemoryTracker;

/**
 * Makes a store of a graph, without a database running: the importer behind {@code neo4j-admin
 * database import full}, called as the tool's {@code FileImporter} and {@code ImportCommand.Full}
 * call it, and then {@link RangeIndexes}, which the importer cannot make.
 */
public final class BulkImport {
    private BulkImport() {}

    /**
     * Writes nodes, relationships, the two token look-up indexes and the range indexes of {@link
     * dev.tablewalk.graph.GraphSchema#INDEXES}.
     *
     * @param config of the store to be; its database must not exist
     * @param progress hears of the stages, and of how many nodes and relationships were handed to
     *     the importer
     * @throws IOException if a file cannot be written, because the disk is full for one
     */
    public static void run(Config config, GuestGraph graph, Progress progress) throws IOException {
        try (OfflineStore store = OfflineStore.of(config)) {
            progress.stage("load store", graph.nodeCount() + graph.relationshipCount());
            importGraph(store, graph, progress::advance);
            store.files().requireWritten();
            progress.stage("index", 0);
            RangeIndexes.create(store, graph);
            store.files().requireWritten();
        }
    }

    private static void importGraph(OfflineStore store, GuestGraph graph, LongConsumer progress)
            throws IOException {
        try (PrintStream nowhere =
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
                Input input = GraphInput.of(graph, progress);
                BatchImporter importer =
                        store.engine()
                                .batchImporter(
                                        store.layout(),
                                        store.files(),
                                        false,
                                        PageCacheTracer.NULL,
                                        new ImportConfiguration(),
                                        OfflineStore.NO_LOG,
                                        nowhere,
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
                                        store::indexProviders,
                                        0,
                                        new Dependencies(),
                                        DatabaseCreationOptions.EMPTY_CREATION_OPTIONS,
                                        BatchImporter.HardwareValidation.NONE)) {
            importer.doImport(input);
        }
    }

    private static final class ImportConfiguration implements Configuration {
        @Override
        public IndexConfig indexConfig() {
            return IndexConfig.create().withLabelIndex().withRelationshipTypeIndex();
        }

        @Override
        public long maxOffHeapMemory() {
            return ByteUnit.mebiBytes(128);
        }
    }
}
