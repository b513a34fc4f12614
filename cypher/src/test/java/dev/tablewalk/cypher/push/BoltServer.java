package dev.tablewalk.cypher.push;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.BoltConnectorInternalSettings;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.Result;
import org.neo4j.graphdb.Transaction;
import org.neo4j.graphdb.config.Setting;
import org.neo4j.io.ByteUnit;

/** A Neo4j Community that can be written to over Bolt by who knows the password. */
final class BoltServer implements AutoCloseable {
    static final String PASSWORD = "open sesame";

    private final DatabaseManagementService dbms;
    private final int port;

    private BoltServer(DatabaseManagementService dbms, int port) {
        this.dbms = dbms;
        this.port = port;
    }

    static BoltServer start(Path folder) throws IOException {
        return start(folder, freePort(), Map.of());
    }

    static BoltServer start(Path folder, int port, Map<Setting<?>, Object> more) {
        boolean isNew = !Files.exists(folder.resolve("data"));
        SocketAddress address = new SocketAddress("127.0.0.1", port);
        DatabaseManagementService dbms =
                new DatabaseManagementServiceBuilder(folder)
                        .setConfig(GraphDatabaseSettings.auth_enabled, true)
                        .setConfig(GraphDatabaseSettings.pagecache_memory, ByteUnit.mebiBytes(32))
                        .setConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
                        .setConfig(GraphDatabaseSettings.preallocate_store_files, false)
                        .setConfig(BoltConnector.enabled, true)
                        .setConfig(BoltConnector.listen_address, address)
                        .setConfig(BoltConnector.advertised_address, address)
                        .setConfig(
                                BoltConnectorInternalSettings.thread_pool_shutdown_wait_time,
                                java.time.Duration.ZERO)
                        .setConfig(more)
                        .build();
        if (isNew) {
            dbms.database(GraphDatabaseSettings.SYSTEM_DATABASE_NAME)
                    .executeTransactionally(
                            "ALTER USER neo4j SET PASSWORD '" + PASSWORD + "' CHANGE NOT REQUIRED");
        }
        return new BoltServer(dbms, port);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    PushTarget target() {
        return target("bolt", PASSWORD);
    }

    PushTarget target(String scheme, String password) {
        return new PushTarget(
                PushTarget.uri(scheme + "://127.0.0.1:" + port), null, "neo4j", password);
    }

    /** Rows, each a list of its values, sorted as text where the question does not sort. */
    List<List<Object>> rows(String cypher, Map<String, Object> parameters) {
        List<List<Object>> rows = new ArrayList<>();
        try (Transaction transaction =
                        dbms.database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME).beginTx();
                Result result = transaction.execute(cypher, parameters)) {
            while (result.hasNext()) {
                Map<String, Object> row = result.next();
                List<Object> values = new ArrayList<>();
                result.columns().forEach(column -> values.add(row.get(column)));
                rows.add(values);
            }
        }
        return rows;
    }

    long number(String cypher) {
        return (long) rows(cypher, Map.of()).getFirst().getFirst();
    }

    void write(String cypher) {
        dbms.database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME).executeTransactionally(cypher);
    }

    @Override
    public void close() {
        dbms.shutdown();
    }
}
