package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.PropertySink;
import java.io.IOException;
import java.nio.file.OpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.eclipse.collections.api.set.ImmutableSet;
import org.jspecify.annotations.Nullable;
import org.neo4j.dbms.database.readonly.DatabaseReadOnlyChecker;
import org.neo4j.exceptions.KernelException;
import org.neo4j.index.internal.gbptree.RecoveryCleanupWorkCollector;
import org.neo4j.internal.schema.AllIndexProviderDescriptors;
import org.neo4j.internal.schema.IndexDescriptor;
import org.neo4j.internal.schema.IndexPrototype;
import org.neo4j.internal.schema.IndexType;
import org.neo4j.internal.schema.SchemaDescriptors;
import org.neo4j.internal.schema.StorageEngineIndexingBehaviour;
import org.neo4j.io.ByteUnit;
import org.neo4j.io.async.AsyncBlockAccessor;
import org.neo4j.io.mem.MemoryAllocator;
import org.neo4j.io.memory.ByteBufferFactory;
import org.neo4j.io.pagecache.PageCache;
import org.neo4j.io.pagecache.context.CursorContext;
import org.neo4j.io.pagecache.impl.muninn.MuninnPageCache;
import org.neo4j.io.pagecache.impl.muninn.StandalonePageCacheFactory;
import org.neo4j.io.pagecache.tracing.FileFlushEvent;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.api.exceptions.index.IndexEntryConflictException;
import org.neo4j.kernel.api.index.IndexPopulator;
import org.neo4j.kernel.api.index.IndexProvider;
import org.neo4j.kernel.api.index.IndexSample;
import org.neo4j.kernel.impl.api.index.IndexSamplingConfig;
import org.neo4j.kernel.impl.api.index.PhaseTracker;
import org.neo4j.kernel.impl.api.index.stats.IndexStatisticsStore;
import org.neo4j.kernel.impl.index.schema.DefaultIndexProvidersAccess;
import org.neo4j.kernel.impl.transaction.log.files.LogTailMetadataFactoryImpl;
import org.neo4j.kernel.lifecycle.Lifespan;
import org.neo4j.memory.EmptyMemoryTracker;
import org.neo4j.scheduler.Group;
import org.neo4j.scheduler.JobHandle;
import org.neo4j.scheduler.JobMonitoringParams;
import org.neo4j.storageengine.api.EagerValueIndexEntryUpdate;
import org.neo4j.storageengine.migration.SchemaRuleMigrationAccessExtended;
import org.neo4j.token.TokenHolders;
import org.neo4j.token.api.TokenConstants;
import org.neo4j.values.ElementIdMapper;
import org.neo4j.values.storable.Value;
import org.neo4j.values.storable.Values;

/**
 * Makes range indexes in a store that no database runs on: writes their schema rules as a store
 * migration does, fills them from the graph with the populators that {@code CREATE INDEX} uses, and
 * records their samples, so that the first query is planned with them.
 *
 * <p>An index on a label or property that the graph does not have is not made.
 */
final class RangeIndexes {
    private static final long PAGE_CACHE = ByteUnit.mebiBytes(32);
    private static final int BUFFER = (int) ByteUnit.kibiBytes(256);

    /** One index as it is filled. */
    private record Filling(
            String property,
            IndexDescriptor descriptor,
            IndexPopulator populator,
            List<EagerValueIndexEntryUpdate> entries) {}

    private final OfflineStore store;
    private final PageCache pages;
    private final ImmutableSet<OpenOption> openOptions;
    private final CursorContext cursors;

    private RangeIndexes(OfflineStore store, PageCache pages, CursorContext cursors) {
        this.store = store;
        this.pages = pages;
        this.cursors = cursors;
        this.openOptions =
                store.engine()
                        .getStoreOpenOptions(
                                store.files(), pages, store.layout(), store.contexts());
    }

    static void create(OfflineStore store, GuestGraph graph) throws IOException {
        MuninnPageCache.Configuration configuration =
                MuninnPageCache.config(
                        MemoryAllocator.createAllocator(PAGE_CACHE, EmptyMemoryTracker.INSTANCE));
        try (PageCache pages =
                        StandalonePageCacheFactory.createPageCache(
                                store.files(),
                                store.scheduler(),
                                PageCacheTracer.NULL,
                                configuration);
                CursorContext cursors = store.contexts().create("range indexes");
                DefaultIndexProvidersAccess providers = store.indexProviders()) {
            new RangeIndexes(store, pages, cursors).create(graph, providers);
        } catch (KernelException e) {
            throw new IOException("the indexes cannot be made", e);
        }
    }

    private void create(GuestGraph graph, DefaultIndexProvidersAccess providers)
            throws IOException, KernelException {
        try (SchemaRuleMigrationAccessExtended rules =
                store.engine()
                        .schemaRuleMigrationAccess(
                                store.files(),
                                pages,
                                PageCacheTracer.NULL,
                                store.config(),
                                store.layout(),
                                store.contexts(),
                                EmptyMemoryTracker.INSTANCE,
                                new LogTailMetadataFactoryImpl(store.files())
                                        .getLogTailMetadata(
                                                store.config(), store.layout(), store.engine()))) {
            TokenHolders tokens = rules.tokenHolders();
            IndexProvider provider =
                    providers
                            .access(
                                    pages,
                                    store.layout(),
                                    DatabaseReadOnlyChecker.writable(),
                                    tokens)
                            .lookup(AllIndexProviderDescriptors.RANGE_DESCRIPTOR);
            Map<NodeLabel, List<Filling>> byLabel = new EnumMap<>(NodeLabel.class);
            for (GraphSchema.Index index : GraphSchema.INDEXES) {
                IndexDescriptor descriptor = describe(index, tokens, provider, rules);
                if (descriptor != null) {
                    rules.writeSchemaRule(descriptor);
                    byLabel.computeIfAbsent(index.label(), _ -> new ArrayList<>())
                            .add(start(index.property(), descriptor, provider, tokens));
                }
            }
            fill(graph, byLabel);
        }
    }

    private static @Nullable IndexDescriptor describe(
            GraphSchema.Index index,
            TokenHolders tokens,
            IndexProvider provider,
            SchemaRuleMigrationAccessExtended rules) {
        int label = tokens.labelTokens().getIdByName(index.label().text());
        int property = tokens.propertyKeyTokens().getIdByName(index.property());
        if (label == TokenConstants.NO_TOKEN || property == TokenConstants.NO_TOKEN) {
            return null;
        }
        IndexDescriptor descriptor =
                IndexPrototype.forSchema(
                                SchemaDescriptors.forLabel(label, property),
                                provider.getProviderDescriptor())
                        .withIndexType(IndexType.RANGE)
                        .withName(index.label().text() + "_" + index.property())
                        .materialise(rules.nextId());
        return provider.completeConfiguration(descriptor, StorageEngineIndexingBehaviour.EMPTY);
    }

    private Filling start(
            String property,
            IndexDescriptor descriptor,
            IndexProvider provider,
            TokenHolders tokens)
            throws IOException {
        IndexPopulator populator =
                provider.getPopulator(
                        descriptor,
                        new IndexSamplingConfig(store.config()),
                        ByteBufferFactory.heapBufferFactory(BUFFER),
                        EmptyMemoryTracker.INSTANCE,
                        tokens,
                        ElementIdMapper.PLACEHOLDER,
                        openOptions,
                        StorageEngineIndexingBehaviour.EMPTY);
        populator.create();
        return new Filling(property, descriptor, populator, new ArrayList<>());
    }

    private void fill(GuestGraph graph, Map<NodeLabel, List<Filling>> byLabel)
            throws IOException, IndexEntryConflictException {
        long number = 0;
        for (GraphNode node : graph.nodes()) {
            List<Filling> fillings = byLabel.get(node.label());
            if (fillings != null) {
                node.describe(new Entries(number, fillings));
            }
            number++;
        }
        IndexStatisticsStore statistics =
                new IndexStatisticsStore(
                        pages,
                        store.files(),
                        store.layout(),
                        RecoveryCleanupWorkCollector.immediate(),
                        false,
                        store.contexts(),
                        PageCacheTracer.NULL,
                        openOptions);
        try (Lifespan _ = new Lifespan(statistics)) {
            for (List<Filling> fillings : byLabel.values()) {
                for (Filling filling : fillings) {
                    statistics.setSampleStats(filling.descriptor.getId(), finish(filling));
                }
            }
            statistics.checkpoint(
                    FileFlushEvent.NULL, AsyncBlockAccessor.EMPTY_ASYNC_BLOCK_ACCESSOR, cursors);
        }
    }

    private IndexSample finish(Filling filling) throws IndexEntryConflictException {
        filling.populator.add(filling.entries, cursors);
        filling.populator.scanCompleted(PhaseTracker.nullInstance, new Work(), cursors);
        IndexSample sample = filling.populator.sample(cursors);
        filling.populator.close(true, cursors);
        return sample;
    }

    /** Runs the populator's jobs on the importer's threads. */
    private final class Work implements IndexPopulator.PopulationWorkScheduler {
        @Override
        public <T> JobHandle<T> schedule(
                IndexPopulator.JobDescriptionSupplier description, Callable<T> job) {
            return store.scheduler()
                    .schedule(
                            Group.INDEX_POPULATION_WORK,
                            JobMonitoringParams.systemJob("range index"),
                            job);
        }
    }

    /** Takes a node's indexed properties. */
    private record Entries(long node, List<Filling> fillings) implements PropertySink {
        private void put(String key, Value value) {
            for (Filling filling : fillings) {
                if (filling.property.equals(key)) {
                    filling.entries.add(
                            EagerValueIndexEntryUpdate.add(node, filling.descriptor, value));
                }
            }
        }

        @Override
        public void put(String key, long value) {
            put(key, Values.longValue(value));
        }

        @Override
        public void put(String key, boolean value) {
            put(key, Values.booleanValue(value));
        }

        @Override
        public void put(String key, String value) {
            put(key, Values.utf8Value(value));
        }

        @Override
        public void put(String key, List<String> values) {
            put(key, Values.stringArray(values.toArray(new String[0])));
        }
    }
}
