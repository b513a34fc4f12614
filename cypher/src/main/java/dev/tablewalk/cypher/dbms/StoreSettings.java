package dev.tablewalk.cypher.dbms;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.graphdb.config.Setting;
import org.neo4j.io.ByteUnit;

/** Neo4j's settings for a checkpoint's folder. */
public final class StoreSettings {
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

    /** What reading takes besides. */
    public static Map<Setting<?>, Object> reading(Path folder, long storeBytes) {
        Map<Setting<?>, Object> settings = common(folder);
        settings.put(GraphDatabaseSettings.read_only_database_default, true);
        return settings;
    }
}
