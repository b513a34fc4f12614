package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GuestGraph;
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
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.internal.batchimport.DefaultAdditionalIds;
import org.neo4j.io.ByteUnit;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.io.fs.FileSystemAbstraction;
import org.neo4j.io.layout.DatabaseLayout;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.io.pagecache.context.CursorContextFactory;
import org.neo4j.io.pagecache.context.FixedVersionContextSupplier;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.DatabaseCreationOptions;
import org.neo4j.kernel.impl.index.schema.DefaultIndexProvidersAccess;
import org.neo4j.kernel.impl.index.schema.IndexImporterFactoryImpl;
import org.neo4j.kernel.impl.scheduler.JobSchedulerFactory;
import org.neo4j.kernel.impl.transaction.log.files.LogTailMetadataFactoryImpl;
import org.neo4j.kernel.impl.transaction.log.files.TransactionLogInitializer;
import org.neo4j.logging.internal.LogService;
import org.neo4j.logging.internal.NullLogService;
import org.neo4j.memory.EmptyMemoryTracker;
import org.neo4j.scheduler.JobScheduler;
import org.neo4j.storageengine.api.StorageEngineFactory;
import org.neo4j.storageengine.api.TransactionIdStore;

/**
 * The importer behind {@code neo4j-admin database import full}, called as the tool's {@code
 * FileImporter} and {@code ImportCommand.Full} call it, on an empty folder.
 */
public final class BulkImport {
    private BulkImport() {}

    /**
     * Writes the nodes and relationships and the two token look-up indexes.
     *
     * @param config of the store to be; its database must not exist
     * @param progress hears how many more nodes and relationships were handed to the importer
     */
    public static void run(Config config, GuestGraph graph, LongConsumer progress)
            throws IOException {
        StorageEngineFactory engine = StorageEngineFactory.selectStorageEngine(config);
        DatabaseLayout layout =
                engine.databaseLayout(
                        Neo4jLayout.of(config),
                        config.get(GraphDatabaseSettings.initial_default_database));
        LogService log = NullLogService.getInstance();
        CursorContextFactory contexts =
                new CursorContextFactory(
                        PageCacheTracer.NULL,
                        new FixedVersionContextSupplier(TransactionIdStore.BASE_TX_ID));
        try (FileSystemAbstraction files = new DefaultFileSystemAbstraction();
                JobScheduler scheduler = JobSchedulerFactory.createInitialisedScheduler();
                PrintStream nowhere =
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
                Input input = GraphInput.of(graph, progress);
                BatchImporter importer =
                        engine.batchImporter(
                                layout,
                                files,
                                false,
                                PageCacheTracer.NULL,
                                new ImportConfiguration(),
                                log,
                                nowhere,
                                false,
                                DefaultAdditionalIds.EMPTY,
                                new LogTailMetadataFactoryImpl(files),
                                config,
                                Monitor.NO_MONITOR,
                                scheduler,
                                Collector.STRICT,
                                TransactionLogInitializer.getLogFilesInitializer(),
                                new IndexImporterFactoryImpl(),
                                EmptyMemoryTracker.INSTANCE,
                                contexts,
                                () ->
                                        new DefaultIndexProvidersAccess(
                                                engine,
                                                files,
                                                config,
                                                scheduler,
                                                log,
                                                PageCacheTracer.NULL,
                                                contexts),
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
