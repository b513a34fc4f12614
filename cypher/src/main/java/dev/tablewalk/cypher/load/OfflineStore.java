package dev.tablewalk.cypher.load;

import java.io.IOException;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.io.layout.DatabaseLayout;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.io.pagecache.context.CursorContextFactory;
import org.neo4j.io.pagecache.context.FixedVersionContextSupplier;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.impl.index.schema.DefaultIndexProvidersAccess;
import org.neo4j.kernel.impl.scheduler.JobSchedulerFactory;
import org.neo4j.logging.internal.LogService;
import org.neo4j.logging.internal.NullLogService;
import org.neo4j.scheduler.JobScheduler;
import org.neo4j.storageengine.api.StorageEngineFactory;
import org.neo4j.storageengine.api.TransactionIdStore;

/** What Neo4j's offline tools work on: a database's files, without a database running on them. */
record OfflineStore(
        Config config,
        StorageEngineFactory engine,
        DatabaseLayout layout,
        GivingUpFiles files,
        JobScheduler scheduler,
        CursorContextFactory contexts)
        implements AutoCloseable {
    static final LogService NO_LOG = NullLogService.getInstance();

    static OfflineStore of(Config config) {
        StorageEngineFactory engine = StorageEngineFactory.selectStorageEngine(config);
        return new OfflineStore(
                config,
                engine,
                engine.databaseLayout(
                        Neo4jLayout.of(config),
                        config.get(GraphDatabaseSettings.initial_default_database)),
                new GivingUpFiles(new DefaultFileSystemAbstraction()),
                JobSchedulerFactory.createInitialisedScheduler(),
                new CursorContextFactory(
                        PageCacheTracer.NULL,
                        new FixedVersionContextSupplier(TransactionIdStore.BASE_TX_ID)));
    }

    DefaultIndexProvidersAccess indexProviders() {
        return new DefaultIndexProvidersAccess(
                engine, files, config, scheduler, NO_LOG, PageCacheTracer.NULL, contexts);
    }

    @Override
    public void close() throws IOException {
        try {
            scheduler.close();
        } catch (Exception e) {
            throw new IOException("the importer's threads do not end", e);
        } finally {
            files.close();
        }
    }
}
