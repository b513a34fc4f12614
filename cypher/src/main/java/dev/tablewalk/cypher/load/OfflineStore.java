package dev.tablewalk.cypher.load;

import java.io.IOException;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.io.ByteUnit;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.io.layout.DatabaseLayout;
import org.neo4j.io.layout.Neo4jLayout;
import org.neo4j.io.mem.MemoryAllocator;
import org.neo4j.io.pagecache.PageCache;
import org.neo4j.io.pagecache.context.CursorContextFactory;
import org.neo4j.io.pagecache.context.FixedVersionContextSupplier;
import org.neo4j.io.pagecache.impl.muninn.MuninnPageCache;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.impl.scheduler.JobSchedulerFactory;
import org.neo4j.logging.internal.LogService;
import org.neo4j.logging.internal.NullLogService;
import org.neo4j.memory.EmptyMemoryTracker;
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
        PageCache pages,
        CursorContextFactory contexts)
        implements AutoCloseable {
    static final LogService NO_LOG = NullLogService.getInstance();

    /** Holds the whole store of a guest of some GiB; a larger one is written out as it fills. */
    private static final long PAGE_CACHE = ByteUnit.mebiBytes(64);

    static OfflineStore of(Config config) {
        StorageEngineFactory engine = StorageEngineFactory.selectStorageEngine(config);
        GivingUpFiles files = new GivingUpFiles(new DefaultFileSystemAbstraction());
        JobScheduler scheduler = JobSchedulerFactory.createInitialisedScheduler();
        return new OfflineStore(
                config,
                engine,
                engine.databaseLayout(
                        Neo4jLayout.of(config),
                        config.get(GraphDatabaseSettings.initial_default_database)),
                files,
                scheduler,
                new MuninnPageCache(
                        files,
                        scheduler,
                        MuninnPageCache.config(
                                        MemoryAllocator.createAllocator(
                                                PAGE_CACHE, EmptyMemoryTracker.INSTANCE))
                                .closeAllocatorOnShutdown(true)
                                .disableEvictionThread()),
                new CursorContextFactory(
                        PageCacheTracer.NULL,
                        new FixedVersionContextSupplier(TransactionIdStore.BASE_TX_ID)));
    }

    /** The page cache first: as it closes it writes, on the scheduler's threads. */
    @Override
    public void close() throws IOException {
        try (files;
                scheduler;
                pages) {
            // Nothing else to end.
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the importer's threads do not end", e);
        }
    }
}
