package dev.tablewalk.cypher.dbms;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.BoltConnectorInternalSettings;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.connectors.HttpsConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.fleetmanagement.FleetManagementSettings;
import org.neo4j.graphdb.config.Setting;
import org.neo4j.io.ByteUnit;

/** Neo4j's settings for a checkpoint's folder. */
public final class StoreSettings {
    private static final long MOST_PAGE_CACHE = ByteUnit.mebiBytes(256);
    private static final long LEAST_PAGE_CACHE = ByteUnit.mebiBytes(16);

    /** So much of the heap's size. */
    private static final int HEAPS = 16;

    private StoreSettings() {}

    /** What loading and reading have in common. */
    public static Map<Setting<?>, Object> common(Path folder) {
        Map<Setting<?>, Object> settings = new LinkedHashMap<>();
        settings.put(GraphDatabaseSettings.neo4j_home, folder.toAbsolutePath());
        // 256 MB a database otherwise.
        settings.put(GraphDatabaseSettings.preallocate_logical_logs, false);
        settings.put(GraphDatabaseSettings.logical_log_rotation_threshold, ByteUnit.mebiBytes(1));
        settings.put(GraphDatabaseSettings.preallocate_store_files, false);
        return settings;
    }

    /**
     * What reading takes besides: a database that cannot be written to, that reaches neither files
     * nor network, and that starts and stops as fast as may be.
     */
    static Map<Setting<?>, Object> reading(Path folder, long storeBytes) {
        Map<Setting<?>, Object> settings = common(folder);
        settings.put(GraphDatabaseSettings.read_only_database_default, true);
        settings.put(
                GraphDatabaseSettings.pagecache_memory,
                Math.clamp(storeBytes, LEAST_PAGE_CACHE, mostPageCache()));
        reachNothing(settings);
        startFast(settings);
        return settings;
    }

    /** Beside a small heap: what is not in it is in the system's cache, and soon at hand. */
    private static long mostPageCache() {
        return Math.clamp(
                Runtime.getRuntime().maxMemory() / HEAPS, LEAST_PAGE_CACHE, MOST_PAGE_CACHE);
    }

    private static void reachNothing(Map<Setting<?>, Object> settings) {
        settings.put(BoltConnector.enabled, false);
        settings.put(HttpConnector.enabled, false);
        settings.put(HttpsConnector.enabled, false);
        settings.put(GraphDatabaseSettings.auth_enabled, false);
        settings.put(GraphDatabaseSettings.udc_enabled, false);
        settings.put(FleetManagementSettings.fleet_manager_enabled, false);
        settings.put(GraphDatabaseSettings.allow_file_urls, false);
        settings.put(
                GraphDatabaseInternalSettings.cypher_ip_blocklist,
                List.of(
                        new inet.ipaddr.IPAddressString("0.0.0.0/0"),
                        new inet.ipaddr.IPAddressString("::/0")));
    }

    /** What others need to read it over Bolt. Encryption is for what leaves the machine. */
    static Map<Setting<?>, Object> listening(BoltAccess bolt) {
        Map<Setting<?>, Object> settings = new LinkedHashMap<>();
        SocketAddress address = new SocketAddress(bolt.host(), bolt.port());
        settings.put(BoltConnector.enabled, true);
        settings.put(BoltConnector.listen_address, address);
        settings.put(BoltConnector.advertised_address, address);
        settings.put(BoltConnector.encryption_level, BoltConnector.EncryptionLevel.DISABLED);
        settings.put(BoltConnector.server_bolt_telemetry_enabled, false);
        settings.put(GraphDatabaseSettings.auth_enabled, true);
        return settings;
    }

    private static void startFast(Map<Setting<?>, Object> settings) {
        // Ten seconds of waiting for connections that cannot be.
        settings.put(BoltConnectorInternalSettings.thread_pool_shutdown_wait_time, Duration.ZERO);
        settings.put(GraphDatabaseSettings.debug_log_enabled, false);
        settings.put(GraphDatabaseInternalSettings.dump_diagnostics, false);
        settings.put(GraphDatabaseInternalSettings.vm_pause_monitor_enabled, false);
        settings.put(GraphDatabaseSettings.filewatcher_enabled, false);
        settings.put(GraphDatabaseSettings.pagecache_warmup_enabled, false);
        settings.put(GraphDatabaseSettings.index_background_sampling_enabled, false);
        settings.put(GraphDatabaseInternalSettings.data_collector_max_recent_query_count, 0);
    }
}
