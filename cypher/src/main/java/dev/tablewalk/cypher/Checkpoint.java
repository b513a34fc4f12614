package dev.tablewalk.cypher;

import dev.tablewalk.cypher.dbms.BoltAccess;
import dev.tablewalk.cypher.dbms.BoltListener;
import dev.tablewalk.cypher.memory.GraphKeeper;
import dev.tablewalk.cypher.memory.MemoryGraph;
import dev.tablewalk.cypher.memory.Question;
import dev.tablewalk.cypher.procedure.Mappings;
import dev.tablewalk.cypher.stored.StoreScan;
import dev.tablewalk.cypher.stored.StoredGraph;
import dev.tablewalk.graph.BothSinks;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;

/**
 * An open checkpoint, for one command. Its store runs in this process; other commands in the
 * process may have it open too.
 */
public final class Checkpoint implements AutoCloseable {
    private final CheckpointInfo info;
    private final OpenStores.Store store;
    private final String user;
    private final QueryStops stops;
    private @Nullable BoltListener bolt;
    private boolean closed;

    Checkpoint(CheckpointInfo info, OpenStores.Store store, String user, QueryStops stops) {
        this.info = info;
        this.store = store;
        this.user = user;
        this.stops = stops;
    }

    public CheckpointInfo info() {
        return info;
    }

    /**
     * Asks a question in Cypher. Rows are made as they are asked for, and must be closed.
     *
     * @param parameters by their names, without {@code $}
     * @throws dev.tablewalk.graph.UserError if the query is not valid, lacks a parameter, or would
     *     write: checkpoints do not change
     */
    public Rows query(String cypher, Map<String, Object> parameters) {
        return query(cypher, parameters, new QueryStop());
    }

    /**
     * Asks a question that another thread can stop.
     *
     * @param stop of this question alone
     * @throws dev.tablewalk.graph.UserError as the other does, or if it was stopped
     */
    public Rows query(String cypher, Map<String, Object> parameters, QueryStop stop) {
        return QueryRows.run(info.name(), store.dbms().begin(), cypher, parameters, stop, stops);
    }

    /**
     * Answers a question from its graph in memory, which the first call reads, at the cost of one
     * scan of the store. It takes half of the heap at most, is shared by all that have the store
     * open, and is kept until the heap is full or the store is closed. Rows that the question does
     * not sort may come in another order than from {@link #query}.
     *
     * @param keys names of all properties that this and later questions ask for
     * @param stop of this question alone
     * @return empty if the graph is too large to be held, or the question takes more of Cypher than
     *     {@link Question} has
     * @throws dev.tablewalk.graph.UserError if it was stopped, or the store is damaged
     */
    public Optional<Question.Answer> ask(
            Question question, Set<String> keys, Map<String, Object> parameters, QueryStop stop) {
        if (!MemoryGraph.fits(nodeCount() + relationshipCount())) {
            return Optional.empty();
        }
        stops.begin(stop);
        try {
            stop.requireGoing();
            return question.ask(
                    store.memory(question.keys(), keys), parameters, stop::requireGoing);
        } finally {
            stops.end(stop);
        }
    }

    /**
     * All of its graph, read into memory.
     *
     * @throws dev.tablewalk.graph.UserError if it is a diff, or the store is damaged
     */
    public GuestGraph graph(Progress progress) {
        info.requireOneMoment("compared");
        long nodes = nodeCount();
        progress.stage("read " + info.name(), nodes + relationshipCount());
        try (InternalTransaction transaction = store.dbms().begin()) {
            return StoredGraph.read(transaction, Math.toIntExact(nodes), frameHashes(), progress);
        }
    }

    /**
     * Hands over all of its graph as it is read from the store, a diff's too. Costs one scan of the
     * store, and a byte a node.
     *
     * @throws dev.tablewalk.graph.UserError if the store is damaged
     * @throws IOException what the sink throws
     */
    public void read(GraphSink to, Progress progress) throws IOException {
        try (InternalTransaction transaction = store.dbms().begin()) {
            StoreScan.read(transaction.kernelTransaction(), to, progress);
        }
    }

    /**
     * Hands over all of its graph, and keeps it in memory for later questions if {@link #ask} could
     * have it there: at the cost of one scan for both.
     *
     * @param keys names of all properties that later questions ask for
     * @throws IOException what the sink throws
     */
    public void readAndKeep(Set<String> keys, GraphSink to, Progress progress) throws IOException {
        if (!MemoryGraph.fits(nodeCount() + relationshipCount())) {
            read(to, progress);
            return;
        }
        GraphKeeper keeper = new GraphKeeper(keys, nodeCount(), relationshipCount());
        read(new BothSinks(to, keeper), progress);
        store.keep(keeper.graph());
    }

    /**
     * Hands over what its address spaces map: from its graph in memory, as {@link #ask} does, or
     * else from the store, several times slower.
     *
     * @param keys names of all properties that later questions ask for
     * @throws IOException what the sink throws
     */
    public void mappings(Set<String> keys, Mappings.Sink to, Progress progress) throws IOException {
        if (MemoryGraph.fits(nodeCount() + relationshipCount())) {
            store.memory(Mappings.KEYS, keys).mappings(to, progress);
            return;
        }
        try (InternalTransaction transaction = store.dbms().begin()) {
            Mappings.of(transaction, to, progress);
        }
    }

    /** Names of all keys that its nodes and relationships have properties by. */
    public Set<String> propertyKeys() {
        try (InternalTransaction transaction = store.dbms().begin()) {
            return StoreScan.keys(transaction.kernelTransaction());
        }
    }

    /** How many nodes it has; a diff's too. */
    public long nodeCount() {
        // One with two labels is counted by its first.
        long nodes = 0;
        for (GraphSchema.Node node : GraphSchema.NODES) {
            nodes += info.nodes().getOrDefault(node.label().text(), 0L);
        }
        return nodes;
    }

    /** How many relationships it has. */
    public long relationshipCount() {
        return info.relationships().values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The hashes of all frames of RAM; null if the image was ingested without {@code --hash}. The
     * first call reads them, 8 bytes a frame, and they are kept.
     *
     * @throws dev.tablewalk.graph.UserError if their file is damaged or missing
     */
    public @Nullable FrameHashes frameHashes() {
        return store.frameHashes(info);
    }

    /**
     * Lets others reach it over Bolt, until it is closed.
     *
     * @throws dev.tablewalk.graph.UserError if the port is taken
     */
    public synchronized void listen(BoltAccess access) {
        bolt = store.dbms().listen(access);
    }

    /** The port at which it can be reached over Bolt; 0 if it cannot. */
    public synchronized int boltPort() {
        return bolt == null ? 0 : bolt.port();
    }

    /** Lets others close its store, or have it. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (bolt != null) {
                bolt.close();
            }
        } finally {
            store.release(user);
        }
    }
}
