package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Record;
import org.neo4j.driver.Session;
import org.neo4j.driver.Value;
import org.neo4j.driver.exceptions.ServiceUnavailableException;
import org.neo4j.driver.types.Node;

/**
 * A Neo4j Community server, in a process of its own, on what Neo4j's importer made. It has
 * tablewalk's functions as a plugin, and nothing else of tablewalk.
 */
final class ImportedServer implements AutoCloseable {
    private static final Duration SOON = Duration.ofMinutes(3);

    private final Process process;
    private final Driver driver;

    private ImportedServer(Process process, Driver driver) {
        this.process = process;
        this.driver = driver;
    }

    /**
     * Imports and starts.
     *
     * @param home of the server, which is not there yet
     * @param arguments for the importer
     */
    static ImportedServer of(Path home, Path arguments) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path conf = Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                conf.resolve("neo4j.conf"),
                """
                server.http.enabled=false
                server.default_listen_address=127.0.0.1
                server.bolt.listen_address=127.0.0.1:%d
                server.memory.pagecache.size=32m
                dbms.security.auth_enabled=false
                dbms.usage_report.enabled=false
                """
                        .formatted(port));
        run(
                home,
                "org.neo4j.cli.AdminTool",
                "database",
                "import",
                "full",
                "neo4j",
                "@" + arguments);
        Path plugins = Files.createDirectories(home.resolve("plugins"));
        for (String module : List.of("cypher", "graph-model")) {
            try (DirectoryStream<Path> jars =
                    Files.newDirectoryStream(Path.of("target/tablewalk/lib"), module + "-0*.jar")) {
                Path jar = jars.iterator().next();
                Files.copy(jar, plugins.resolve(jar.getFileName()));
            }
        }
        Process process =
                start(
                        home,
                        "org.neo4j.server.Neo4jCommunity",
                        "--home-dir=" + home,
                        "--config-dir=" + conf);
        Driver driver = GraphDatabase.driver("bolt://127.0.0.1:" + port, AuthTokens.none());
        for (Instant end = Instant.now().plus(SOON); ; Thread.sleep(200)) {
            try (Session session = driver.session()) {
                for (String each : Files.readAllLines(arguments.resolveSibling("after.cypher"))) {
                    session.run(each).consume();
                }
                return new ImportedServer(process, driver);
            } catch (ServiceUnavailableException e) {
                if (!process.isAlive() || Instant.now().isAfter(end)) {
                    process.destroyForcibly();
                    driver.close();
                    throw new IOException(Files.readString(home.resolve("output")), e);
                }
            }
        }
    }

    private static void run(Path home, String main, String... arguments) throws Exception {
        Process process = start(home, main, arguments);
        boolean ended = process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        assertEquals(0, ended ? process.exitValue() : -1, Files.readString(home.resolve("output")));
    }

    private static Process start(Path home, String main, String... arguments) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String each : System.getProperty("java.class.path").split(":", 0)) {
            if (!each.contains("/target/")) { // tablewalk's own
                jars.add(each);
            }
        }
        // Behind parquet-floor, as what Neo4j's importer needs of Hadoop and that does not have.
        jars.add(Path.of("target/neo4j-importer/hadoop-common.jar").toAbsolutePath().toString());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")) {
                command.add(flag);
            }
        }
        command.addAll(List.of("-Xmx700m", "-cp", String.join(":", jars), main));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("output").toFile());
        builder.environment().put("NEO4J_HOME", home.toString());
        builder.environment().put("NEO4J_CONF", home.resolve("conf").toString());
        return builder.start();
    }

    /** Its rows, as text, sorted: what is the same reads the same, wherever it was asked. */
    List<String> rows(String cypher, Map<String, Object> parameters) {
        try (Session session = driver.session()) {
            return session
                    .run(cypher, parameters)
                    .list((Record row) -> row.values(ImportedServer::plain).toString())
                    .stream()
                    .sorted()
                    .toList();
        }
    }

    private static Object plain(Value value) {
        return value.hasType(org.neo4j.driver.internal.types.InternalTypeSystem.TYPE_SYSTEM.NODE())
                ? plain(value.asNode())
                : String.valueOf(value.asObject());
    }

    private static String plain(Node node) {
        TreeSet<String> labels = new TreeSet<>();
        node.labels().forEach(labels::add);
        return labels + " " + new TreeMap<>(node.asMap());
    }

    @Override
    public void close() {
        driver.close();
        process.destroyForcibly().onExit().join();
    }
}
