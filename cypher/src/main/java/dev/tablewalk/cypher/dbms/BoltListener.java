package dev.tablewalk.cypher.dbms;

import dev.tablewalk.graph.UserError;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.neo4j.bolt.BoltServer;
import org.neo4j.bolt.dbapi.BoltGraphDatabaseManagementServiceSPI;
import org.neo4j.bolt.dbapi.BoltGraphDatabaseServiceSPI;
import org.neo4j.bolt.dbapi.BoltTransaction;
import org.neo4j.bolt.protocol.common.connector.admissioncontrol.ConnectionAdmissionControlTrackerFactory;
import org.neo4j.bolt.tx.TransactionManagerImpl;
import org.neo4j.boltmessages.AccessMode;
import org.neo4j.boltmessages.request.connection.RoutingContext;
import org.neo4j.collection.Dependencies;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.connectors.BoltConnectorInternalSettings;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.configuration.helpers.PortBindException;
import org.neo4j.dbms.routing.RoutingService;
import org.neo4j.graphdb.factory.module.GlobalModule;
import org.neo4j.internal.kernel.api.connectioninfo.ClientConnectionInfo;
import org.neo4j.internal.kernel.api.security.AbstractSecurityLog;
import org.neo4j.internal.kernel.api.security.LoginContext;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.database.DatabaseReference;
import org.neo4j.kernel.impl.query.QueryExecutionConfiguration;
import org.neo4j.kernel.impl.scheduler.JobSchedulerFactory;
import org.neo4j.kernel.lifecycle.LifeSupport;
import org.neo4j.memory.MemoryTracker;
import org.neo4j.scheduler.JobScheduler;

/**
 * A port at which a Neo4j that runs can be reached over Bolt, with a password of its own. Neo4j
 * itself listens from its start or never; this is the server that it would have started then, built
 * as its {@code DatabaseManagementServiceFactory} builds it.
 */
public final class BoltListener implements AutoCloseable {
    private final LifeSupport life;
    private final int port;

    private BoltListener(LifeSupport life, int port) {
        this.life = life;
        this.port = port;
    }

    /**
     * Listens.
     *
     * @throws UserError if the port is taken
     */
    static BoltListener start(ReadingEdition edition, BoltAccess access) {
        GlobalModule module = edition.module();
        Dependencies known = module.getGlobalDependencies();
        Config config =
                Config.newBuilder()
                        .fromConfig(module.getGlobalConfig())
                        .set(StoreSettings.listening(access))
                        // Its own: several may listen.
                        .set(
                                BoltConnectorInternalSettings.local_channel_address,
                                UUID.randomUUID().toString())
                        .build();
        OneReader reader = new OneReader(access.password());
        ConnectorPortRegister ports = new ConnectorPortRegister();
        LifeSupport life = new LifeSupport();
        // Its own: Neo4j's starts one server's threads and no more.
        JobScheduler scheduler = life.add(JobSchedulerFactory.createScheduler());
        life.add(
                new BoltServer(
                        module.getDbmsInfo(),
                        scheduler,
                        ports,
                        edition.getConnectionTracker(),
                        new TransactionManagerImpl(
                                new Limited(
                                        edition.createBoltDatabaseManagementServiceProvider(),
                                        access.limit()),
                                module.getGlobalClock()),
                        config,
                        module.getGlobalClock(),
                        module.getGlobalMonitors(),
                        module.getLogService(),
                        known,
                        reader,
                        reader,
                        reader,
                        module.getMemoryPools(),
                        known.resolveDependency(RoutingService.class),
                        edition.getDefaultDatabaseResolver(),
                        ConnectionAdmissionControlTrackerFactory.noop(),
                        known.resolveDependency(AbstractSecurityLog.class)));
        try {
            life.start();
            return new BoltListener(life, ports.getLocalAddress(ConnectorType.BOLT).getPort());
        } catch (RuntimeException e) {
            life.shutdown();
            throw refused(e, access);
        }
    }

    private static RuntimeException refused(RuntimeException failure, BoltAccess access) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException || cause instanceof PortBindException) {
                return UserError.input(
                        "Bolt cannot listen at "
                                + access.host()
                                + ":"
                                + access.port()
                                + ", another process may: choose another port",
                        failure);
            }
        }
        return failure;
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Ends what is asked through it, and listens no more. */
    @Override
    public void close() {
        life.shutdown();
    }

    /** Gives no transaction more time than the limit. */
    private record Limited(BoltGraphDatabaseManagementServiceSPI databases, Duration limit)
            implements BoltGraphDatabaseManagementServiceSPI {
        @Override
        public BoltGraphDatabaseServiceSPI database(String name, MemoryTracker tracker)
                throws org.neo4j.kernel.availability.UnavailableException {
            BoltGraphDatabaseServiceSPI database = databases.database(name, tracker);
            return new BoltGraphDatabaseServiceSPI() {
                @Override
                public BoltTransaction beginTransaction(
                        KernelTransaction.Type type,
                        LoginContext login,
                        ClientConnectionInfo from,
                        List<String> bookmarks,
                        @Nullable Duration timeout,
                        AccessMode mode,
                        Map<String, Object> metadata,
                        RoutingContext routing,
                        QueryExecutionConfiguration configuration) {
                    return database.beginTransaction(
                            type,
                            login,
                            from,
                            bookmarks,
                            least(timeout),
                            mode,
                            metadata,
                            routing,
                            configuration);
                }

                @Override
                public DatabaseReference getDatabaseReference() {
                    return database.getDatabaseReference();
                }
            };
        }

        /** Zero is as long as it likes. */
        private Duration least(@Nullable Duration asked) {
            return asked == null || asked.isZero() || asked.compareTo(limit) > 0 ? limit : asked;
        }
    }
}
