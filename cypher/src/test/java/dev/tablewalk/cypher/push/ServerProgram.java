package dev.tablewalk.cypher.push;

import java.nio.file.Path;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseInternalSettings;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.graphdb.config.Setting;

/**
 * A server: folder, port, and the folder of its transaction logs if that is another. To be killed.
 */
final class ServerProgram {
    private ServerProgram() {}

    public static void main(String[] args) throws Exception {
        BoltServer.start(
                Path.of(args[0]),
                Integer.parseInt(args[1]),
                args.length == 2 ? Map.of() : logsIn(Path.of(args[2])));
        System.out.println("started");
        Thread.sleep(Long.MAX_VALUE);
    }

    /** With its logs elsewhere, where it may have written a part of a transaction last. */
    static Map<Setting<?>, Object> logsIn(Path folder) {
        return Map.of(
                GraphDatabaseSettings.transaction_logs_root_path,
                folder,
                // At which it else does not start.
                GraphDatabaseInternalSettings.fail_on_corrupted_log_files,
                false);
    }
}
