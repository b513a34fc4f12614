package dev.tablewalk.cypher.dbms;

import dev.tablewalk.cypher.procedure.Procedures;
import dev.tablewalk.graph.UserError;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.configuration.helpers.PortBindException;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilderImplementation;
import org.neo4j.graphdb.config.Setting;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/** Neo4j on a checkpoint's folder, for reading. */
public final class EmbeddedDbms implements AutoCloseable {
    private final DatabaseManagementService dbms;
    private final GraphDatabaseAPI database;
    private final int boltPort;

    private EmbeddedDbms(DatabaseManagementService dbms, GraphDatabaseAPI database, int boltPort) {
        this.dbms = dbms;
        this.database = database;
        this.boltPort = boltPort;
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
     * @param bolt null if nobody but this process reads
     */
    public static EmbeddedDbms open(Path folder, long storeBytes, @Nullable BoltAccess bolt)
            throws UnavailableException {
        Map<Setting<?>, Object> settings = StoreSettings.reading(folder, storeBytes);
        DatabaseManagementService dbms;
        if (bolt == null) {
            dbms = new DatabaseManagementServiceBuilder(folder).setConfig(settings).build();
        } else {
            StoreSettings.listen(settings, bolt);
            dbms = serving(new ReadingEdition.Builder(folder, bolt).setConfig(settings), bolt);
        }
        try {
            GraphDatabaseAPI database =
                    (GraphDatabaseAPI) dbms.database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME);
            // A database that fails to start does not fail its service: only this tells.
            try (InternalTransaction _ = begin(database)) {
                Procedures.register(database);
                return new EmbeddedDbms(dbms, database, bolt == null ? 0 : boltPort(database));
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

    /** A port that is taken is all that can keep Neo4j from being built at all. */
    private static DatabaseManagementService serving(
            DatabaseManagementServiceBuilderImplementation builder, BoltAccess bolt) {
        try {
            return builder.build();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException || cause instanceof PortBindException) {
                    throw UserError.input(
                            "Bolt cannot listen at "
                                    + bolt.host()
                                    + ":"
                                    + bolt.port()
                                    + ", another process may: choose another port",
                            e);
                }
            }
            throw e;
        }
    }

    private static int boltPort(GraphDatabaseAPI database) {
        return database.getDependencyResolver()
                .resolveDependency(ConnectorPortRegister.class)
                .getLocalAddress(ConnectorType.BOLT)
                .getPort();
    }

    /** Where Bolt listens; 0 if it does not. */
    public int boltPort() {
        return boltPort;
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
