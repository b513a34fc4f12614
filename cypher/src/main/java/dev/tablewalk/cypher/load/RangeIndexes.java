package dev.tablewalk.cypher.load;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.PropertySink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.OpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.eclipse.collections.api.set.ImmutableSet;
import org.jspecify.annotations.Nullable;
import org.neo4j.exceptions.KernelException;
import org.neo4j.index.internal.gbptree.RecoveryCleanupWorkCollector;
import org.neo4j.internal.schema.AllIndexProviderDescriptors;
import org.neo4j.internal.schema.IndexDescriptor;
import org.neo4j.internal.schema.IndexPrototype;
import org.neo4j.internal.schema.IndexType;
import org.neo4j.internal.schema.SchemaDescriptors;
import org.neo4j.internal.schema.SchemaUserDescription;
import org.neo4j.internal.schema.StorageEngineIndexingBehaviour;
import org.neo4j.io.ByteUnit;
import org.neo4j.io.async.AsyncBlockAccessor;
import org.neo4j.io.memory.ByteBufferFactory;
import org.neo4j.io.pagecache.context.CursorContext;
import org.neo4j.io.pagecache.tracing.FileFlushEvent;
import org.neo4j.io.pagecache.tracing.PageCacheTracer;
import org.neo4j.kernel.api.exceptions.index.IndexEntryConflictException;
import org.neo4j.kernel.api.index.IndexDirectoryStructure;
import org.neo4j.kernel.api.index.IndexPopulator;
import org.neo4j.kernel.api.index.IndexSample;
import org.neo4j.kernel.impl.api.index.IndexSamplingConfig;
import org.neo4j.kernel.impl.api.index.PhaseTracker;
import org.neo4j.kernel.impl.api.index.stats.IndexStatisticsStore;
import org.neo4j.kernel.impl.index.schema.DatabaseIndexContext;
import org.neo4j.kernel.impl.index.schema.RangeIndexProvider;
import org.neo4j.kernel.impl.transaction.log.EmptyLogTailMetadata;
import org.neo4j.kernel.lifecycle.Lifespan;
import org.neo4j.logging.NullLogProvider;
import org.neo4j.memory.EmptyMemoryTracker;
import org.neo4j.scheduler.Group;
import org.neo4j.scheduler.JobHandle;
import org.neo4j.scheduler.JobMonitoringParams;
import org.neo4j.storageengine.api.EagerValueIndexEntryUpdate;
import org.neo4j.storageengine.migration.SchemaRuleMigrationAccessExtended;
import org.neo4j.token.TokenHolders;
import org.neo4j.values.ElementIdMapper;
import org.neo4j.values.storable.Value;
import org.neo4j.values.storable.Values;

/**
 * Makes range indexes in a store that no database runs on: fills them from the graph with the
 * populators that {@code CREATE INDEX} uses, while the importer writes nodes and relationships, and
 * once that is done writes their schema rules as a store migration does and records their samples,
 * so that the first query is planned with them.
 *
 * <p>An index on a label or property that the graph does not have is not made.
 */
final class RangeIndexes implements AutoCloseable {
    private static final int BUFFER = (int) ByteUnit.kibiBytes(256);

    /** The importer's two token look-up indexes come first. */
    private static final long FIRST_RULE = 3;

    /** As many entries are kept before they are sorted. */
    private static final int BATCH = 10_000;

    private final OfflineStore store;
    private @Nullable JobHandle<List<Filling>> filling;

    RangeIndexes(OfflineStore store) {
        this.store = store;
    }

    /**
     * Begins to fill the indexes; to be called when the importer has made the database's folder.
     */
    void begin(GuestGraph graph) {
        filling =
                store.scheduler()
                        .schedule(
                                Group.INDEX_POPULATION,
                                JobMonitoringParams.systemJob("range indexes"),
                                () -> fill(graph));
    }

    /** Makes the filled indexes the store's; to be called when the importer has ended. */
    void finish() throws IOException {
        try (CursorContext cursors = store.contexts().create("range indexes")) {
            List<Filling> filled =
                    Finished.get(Objects.requireNonNull(filling)::get, "the range indexes");
            writeRules(filled);
            writeStatistics(filled, cursors);
        } catch (KernelException e) {
            throw new IOException("the indexes cannot be made", e);
        }
    }

    /** Waits until nothing writes to the indexes any more. */
    @Override
    public void close() {
        if (filling != null) {
            try {
                filling.waitTermination();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | CancellationException e) {
                // finish() has thrown it, or the importer has failed before.
            }
        }
    }

    private List<Filling> fill(GuestGraph graph) throws IOException, IndexEntryConflictException {
        try (CursorContext cursors = store.contexts().create("range indexes")) {
            Population population = new Population(cursors);
            boolean whole = false;
            try {
                int number = 0;
                for (GraphNode node : graph.nodes()) {
                    population.add(number, node);
                    number++;
                }
                List<Filling> filled = population.finish();
                whole = true;
                return filled;
            } finally {
                if (!whole) {
                    population.abandon();
                }
            }
        }
    }

    private void writeRules(List<Filling> filled) throws IOException, KernelException {
        try (SchemaRuleMigrationAccessExtended rules =
                store.engine()
                        .schemaRuleMigrationAccess(
                                store.files(),
                                store.pages(),
                                PageCacheTracer.NULL,
                                store.config(),
                                store.layout(),
                                store.contexts(),
                                EmptyMemoryTracker.INSTANCE,
                                new EmptyLogTailMetadata(store.config()))) {
            TokenHolders tokens = rules.tokenHolders();
            for (Filling filling : filled) {
                long rule = rules.nextId();
                if (rule != filling.descriptor.getId()) {
                    throw new IllegalStateException(
                            "an index was filled as rule "
                                    + filling.descriptor.getId()
                                    + " and is rule "
                                    + rule);
                }
                GraphSchema.Index index = filling.index;
                rules.writeSchemaRule(
                        describe(
                                index,
                                tokens.labelTokens().getIdByName(index.label().text()),
                                tokens.propertyKeyTokens().getIdByName(index.property()),
                                rule));
            }
        }
    }

    private void writeStatistics(List<Filling> filled, CursorContext cursors) throws IOException {
        IndexStatisticsStore statistics =
                new IndexStatisticsStore(
                        store.pages(),
                        store.files(),
                        store.layout(),
                        RecoveryCleanupWorkCollector.immediate(),
                        false,
                        store.contexts(),
                        PageCacheTracer.NULL,
                        openOptions());
        try (Lifespan _ = new Lifespan(statistics)) {
            for (Filling filling : filled) {
                statistics.setSampleStats(filling.descriptor.getId(), filling.sample());
            }
            statistics.checkpoint(
                    FileFlushEvent.NULL, AsyncBlockAccessor.EMPTY_ASYNC_BLOCK_ACCESSOR, cursors);
        }
    }

    private ImmutableSet<OpenOption> openOptions() {
        return store.engine()
                .getStoreOpenOptions(
                        store.files(), store.pages(), store.layout(), store.contexts());
    }

    private static IndexDescriptor describe(
            GraphSchema.Index index, int label, int property, long rule) {
        return IndexPrototype.forSchema(
                        SchemaDescriptors.forLabel(label, property),
                        AllIndexProviderDescriptors.RANGE_DESCRIPTOR)
                .withIndexType(IndexType.RANGE)
                .withName(index.label().text() + "_" + index.property())
                .materialise(rule)
                .withIndexCapability(RangeIndexProvider.CAPABILITY);
    }

    /** One index as it is filled, and then with its sample. */
    private static final class Filling {
        private final GraphSchema.Index index;
        private final IndexDescriptor descriptor;
        private final IndexPopulator populator;
        private final List<EagerValueIndexEntryUpdate> entries = new ArrayList<>();
        private @Nullable IndexSample sample;

        Filling(GraphSchema.Index index, IndexDescriptor descriptor, IndexPopulator populator) {
            this.index = index;
            this.descriptor = descriptor;
            this.populator = populator;
        }

        void add(long node, Value value) {
            entries.add(EagerValueIndexEntryUpdate.add(node, descriptor, value));
        }

        void hand(int least, CursorContext cursors) throws IndexEntryConflictException {
            if (entries.size() >= least) {
                populator.add(entries, cursors);
                entries.clear();
            }
        }

        void finish(IndexPopulator.PopulationWorkScheduler helpers, CursorContext cursors)
                throws IndexEntryConflictException {
            hand(1, cursors);
            populator.scanCompleted(PhaseTracker.nullInstance, helpers, cursors);
            IndexSample sampled = populator.sample(cursors);
            populator.close(true, cursors);
            sample = sampled;
        }

        void abandon(CursorContext cursors) {
            if (sample == null) {
                populator.close(false, cursors);
            }
        }

        IndexSample sample() {
            return Objects.requireNonNull(sample);
        }
    }

    /** The indexes that the graph turns out to need. */
    private final class Population {
        private final CursorContext cursors;
        private final ImmutableSet<OpenOption> openOptions = openOptions();
        private final RangeIndexProvider provider;
        private final Map<NodeLabel, List<GraphSchema.Index>> byLabel =
                GraphSchema.INDEXES.stream()
                        .collect(Collectors.groupingBy(GraphSchema.Index::label));
        private final Map<GraphSchema.Index, Filling> fillings = new LinkedHashMap<>();

        Population(CursorContext cursors) {
            this.cursors = cursors;
            this.provider =
                    new RangeIndexProvider(
                            DatabaseIndexContext.builder(
                                            store.pages(),
                                            store.files(),
                                            store.contexts(),
                                            PageCacheTracer.NULL,
                                            store.layout().getDatabaseName())
                                    .build(),
                            IndexDirectoryStructure.directoriesByProvider(
                                    store.layout().databaseDirectory()),
                            RecoveryCleanupWorkCollector.immediate(),
                            store.config(),
                            NullLogProvider.getInstance());
        }

        void add(long number, GraphNode node) throws IndexEntryConflictException {
            List<GraphSchema.Index> indexes = byLabel.get(node.label());
            if (indexes == null) {
                return;
            }
            node.describe(new Entries(number, indexes));
            for (GraphSchema.Index index : indexes) {
                Filling filling = fillings.get(index);
                if (filling != null) {
                    filling.hand(BATCH, cursors);
                }
            }
        }

        List<Filling> finish() throws IndexEntryConflictException {
            for (Filling filling : fillings.values()) {
                filling.finish(new Work(), cursors);
            }
            return List.copyOf(fillings.values());
        }

        /** Lets go of the files of those that are not finished. */
        void abandon() {
            fillings.values().forEach(filling -> filling.abandon(cursors));
        }

        /**
         * What a populator takes from its index is the rule's number; the label's and property's
         * are known when the importer has ended, so that others stand here.
         */
        private Filling start(GraphSchema.Index index) {
            int place = GraphSchema.INDEXES.indexOf(index);
            IndexDescriptor descriptor =
                    describe(index, place, place, FIRST_RULE + fillings.size());
            try {
                IndexPopulator populator =
                        provider.getPopulator(
                                descriptor,
                                new IndexSamplingConfig(store.config()),
                                ByteBufferFactory.heapBufferFactory(BUFFER),
                                EmptyMemoryTracker.INSTANCE,
                                SchemaUserDescription.TOKEN_ID_NAME_LOOKUP,
                                ElementIdMapper.PLACEHOLDER,
                                openOptions,
                                StorageEngineIndexingBehaviour.EMPTY);
                populator.create();
                return new Filling(index, descriptor, populator);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Takes a node's indexed properties. */
        private final class Entries implements PropertySink {
            private final long node;
            private final List<GraphSchema.Index> indexes;

            Entries(long node, List<GraphSchema.Index> indexes) {
                this.node = node;
                this.indexes = indexes;
            }

            private @Nullable Filling filling(String key) {
                for (GraphSchema.Index index : indexes) {
                    if (index.property().equals(key)) {
                        return fillings.computeIfAbsent(index, Population.this::start);
                    }
                }
                return null;
            }

            @Override
            public void put(String key, long value) {
                Filling filling = filling(key);
                if (filling != null) {
                    filling.add(node, Values.longValue(value));
                }
            }

            @Override
            public void put(String key, boolean value) {
                Filling filling = filling(key);
                if (filling != null) {
                    filling.add(node, Values.booleanValue(value));
                }
            }

            @Override
            public void put(String key, String value) {
                Filling filling = filling(key);
                if (filling != null) {
                    filling.add(node, Values.utf8Value(value));
                }
            }

            @Override
            public void put(String key, List<String> values) {
                Filling filling = filling(key);
                if (filling != null) {
                    filling.add(node, Values.stringArray(values.toArray(new String[0])));
                }
            }
        }
    }

    /** Runs the populators' jobs on the importer's threads. */
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
}
