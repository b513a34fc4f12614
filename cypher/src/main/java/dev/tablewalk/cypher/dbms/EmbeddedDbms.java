package dev.tablewalk.cypher.dbms;

import dev.tablewalk.cypher.procedure.Procedures;
import java.nio.file.Path;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/** Neo4j on a checkpoint's folder, for reading. */
public final class EmbeddedDbms implements AutoCloseable {
    private final DatabaseManagementService dbms;
    private final GraphDatabaseAPI database;
    private final ReadingEdition edition;

    private EmbeddedDbms(
            DatabaseManagementService dbms, GraphDatabaseAPI database, ReadingEdition edition) {
        this.dbms = dbms;
        this.database = database;
        this.edition = edition;
    }

    /** The store could not be opened; the message says why, in one line. */
    public static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Starts Neo4j on a folder that a load has made and that nobody else has open.
     *
     * @param storeBytes of the store's files, by which memory is set aside
     */
    public static EmbeddedDbms open(Path folder, long storeBytes) throws UnavailableException {
        ReadingEdition.Builder builder = new ReadingEdition.Builder(folder);
        DatabaseManagementService dbms =
                builder.setConfig(StoreSettings.reading(folder, storeBytes)).build();
        try {
            GraphDatabaseAPI database =
                    (GraphDatabaseAPI) dbms.database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME);
            // A database that fails to start does not fail its service: only this tells.
            try (InternalTransaction _ = begin(database)) {
                Procedures.register(database);
                return new EmbeddedDbms(dbms, database, builder.edition());
            }
        } catch (RuntimeException e) {
            dbms.shutdown();
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new UnavailableException(String.valueOf(root.getMessage()), e);
        }
    }

    /**
     * Lets others reach it over Bolt, until that is closed.
     *
     * @throws dev.tablewalk.graph.UserError if the port is taken
     */
    public BoltListener listen(BoltAccess access) {
        return BoltListener.start(edition, access);
    }

    /** Begins a transaction that can read and nothing else. */
    public InternalTransaction begin() {
        return begin(database);
    }

    private static InternalTransaction begin(GraphDatabaseAPI database) {
        return database.beginTransaction(KernelTransaction.Type.EXPLICIT, new Reader());
    }

    @Override
    public void close() {
        dbms.shutdown();
    }
}
