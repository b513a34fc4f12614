package dev.tablewalk.cypher;

import dev.tablewalk.cypher.dbms.EmbeddedDbms;
import dev.tablewalk.cypher.stored.StoredGraph;
import dev.tablewalk.graph.FrameHashes;
import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;

/** An open checkpoint: its store runs in this process and is this process's alone. */
public final class Checkpoint implements AutoCloseable {
    private final CheckpointInfo info;
    private final Path folder;
    private final EmbeddedDbms dbms;
    private final FolderLock lock;
    private @Nullable FrameHashes frameHashes;

    Checkpoint(CheckpointInfo info, Path folder, EmbeddedDbms dbms, FolderLock lock) {
        this.info = info;
        this.folder = folder;
        this.dbms = dbms;
        this.lock = lock;
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
        return QueryRows.run(info.name(), dbms.begin(), cypher, parameters, stop);
    }

    /**
     * All of its graph, read into memory.
     *
     * @throws dev.tablewalk.graph.UserError if it is a diff, or the store is damaged
     */
    public GuestGraph graph(Progress progress) {
        info.requireOneMoment("compared");
        long nodes = nodeCount();
        progress.stage(
                "read " + info.name(),
                nodes + info.relationships().values().stream().mapToLong(Long::longValue).sum());
        try (InternalTransaction transaction = dbms.begin()) {
            return StoredGraph.read(transaction, Math.toIntExact(nodes), frameHashes(), progress);
        }
    }

    /** A node with two labels is counted by its first. */
    private long nodeCount() {
        long nodes = 0;
        for (GraphSchema.Node node : GraphSchema.NODES) {
            nodes += info.nodes().getOrDefault(node.label().text(), 0L);
        }
        return nodes;
    }

    /**
     * The hashes of all frames of RAM; null if the image was ingested without {@code --hash}. The
     * first call reads them, 8 bytes a frame, and they are kept.
     *
     * @throws dev.tablewalk.graph.UserError if their file is damaged or missing
     */
    public synchronized @Nullable FrameHashes frameHashes() {
        if (frameHashes == null && Boolean.TRUE.equals(info.properties().get("hashed"))) {
            Object pageSize = info.properties().get("page_size");
            frameHashes =
                    FrameHashFile.read(
                            folder, info.name(), pageSize instanceof Long bytes ? bytes : 0);
        }
        return frameHashes;
    }

    /** The port at which it can be reached over Bolt; 0 if it was not opened so. */
    public int boltPort() {
        return dbms.boltPort();
    }

    /** Closes the store and lets others have it. */
    @Override
    public void close() {
        try {
            dbms.close();
        } finally {
            try {
                lock.close();
            } catch (IOException e) {
                // The lock goes with this process at the latest.
            }
        }
    }
}
