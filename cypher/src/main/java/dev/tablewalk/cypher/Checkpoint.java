package dev.tablewalk.cypher;

import dev.tablewalk.cypher.dbms.EmbeddedDbms;
import java.io.IOException;
import java.util.Map;

/** An open checkpoint: its store runs in this process and is this process's alone. */
public final class Checkpoint implements AutoCloseable {
    private final CheckpointInfo info;
    private final EmbeddedDbms dbms;
    private final FolderLock lock;

    Checkpoint(CheckpointInfo info, EmbeddedDbms dbms, FolderLock lock) {
        this.info = info;
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
        return QueryRows.run(info.name(), dbms.begin(), cypher, parameters);
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
