package dev.tablewalk.cypher.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.cypher.load.SyntheticGraph;
import dev.tablewalk.cypher.saved.GuestGraphs;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.graphdb.config.Setting;
import org.neo4j.io.ByteUnit;

/** What can be wrong with a Neo4j that is pushed to, or is none. */
class PushFailureIT {
    private static final Duration SOME_SECONDS = Duration.ofSeconds(30);

    /** What nobody holds is closed. */
    private static final Queue<Socket> HELD = new ConcurrentLinkedQueue<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path dir;

    private static PushTarget target(String uri) {
        return new PushTarget(PushTarget.uri(uri), null, "neo4j", "secret-of-mine");
    }

    /** What is said of it, after its address. */
    private static String said(PushTarget target) {
        UserError error =
                assertTimeout(
                        SOME_SECONDS,
                        () -> assertThrows(UserError.class, () -> Push.to(target).close()));
        assertEquals(2, error.kind().exitCode());
        String message = String.valueOf(error.getMessage());
        assertFalse(message.contains(target.password()), message);
        assertTrue(message.startsWith(target + ": "), message);
        return message.substring((target + ": ").length());
    }

    private String saidOf(Map<Setting<?>, Object> settings, Checkpoint checkpoint)
            throws IOException {
        try (BoltServer server =
                BoltServer.start(dir.resolve("server"), BoltServer.freePort(), settings)) {
            return saidOf(server.target(), checkpoint);
        }
    }

    private static String saidOf(PushTarget target, Checkpoint checkpoint) {
        try (Push push = Push.to(target)) {
            WholeGraph graph = new WholeGraph(checkpoint);
            UserError error =
                    assertThrows(UserError.class, () -> push.push(graph, false, Progress.NONE));
            return String.valueOf(error.getMessage()).substring((target + ": ").length());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bolt", "neo4j"})
    void nothingAnswersAtAPortThatNobodyListensAt(String scheme) throws IOException {
        assertEquals(
                "nothing answers there",
                said(target(scheme + "://127.0.0.1:" + BoltServer.freePort())));
    }

    @Test
    void noHostHasThatName() {
        assertEquals(
                "there is no host of that name", said(target("neo4j://no-such-host.invalid:7687")));
    }

    @ParameterizedTest
    @CsvSource({
        "bolt, '', nothing answers there",
        "neo4j, '', nothing answers there",
        "bolt+s, '', nothing answers there",
        "bolt, SSH-2.0-OpenSSH_9.9, what answers there is no Neo4j: Protocol error",
        "neo4j, SSH-2.0-OpenSSH_9.9, what answers there is no Neo4j: Protocol error",
        "bolt, HTTP/1.1 400 Bad Request, what answers there is no Neo4j: Server responded HTTP",
        "bolt+s, HTTP/1.1 400 Bad Request, what answers there does not speak TLS"
    })
    void whatSpeaksSomethingElseIsSaidToBeNoNeo4j(String scheme, String speech, String expected)
            throws IOException {
        try (ServerSocket socket = listen(null)) {
            answer(socket, speech.isEmpty() ? "" : speech + "\r\n\r\n");
            String said = said(target(scheme + "://127.0.0.1:" + socket.getLocalPort()));
            assertTrue(said.startsWith(expected), said);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bolt+s", "neo4j+s"})
    void aCertificateOfNobodysIsNotTrusted(String scheme) throws Exception {
        try (ServerSocket socket = listen(selfSigned())) {
            answer(socket, "hello");
            String said = said(target(scheme + "://localhost:" + socket.getLocalPort()));
            assertTrue(
                    said.startsWith("its certificate is not one that this JVM trusts for that"),
                    said);
        }
    }

    @Test
    void aWrongPasswordIsSaidToBeAndDoesNotShow() throws IOException {
        try (BoltServer server = BoltServer.start(dir.resolve("server"))) {
            for (String scheme : new String[] {"bolt", "neo4j"}) {
                assertEquals(
                        "it does not take this password of user neo4j",
                        said(server.target(scheme, "secret-of-mine")));
            }
            String tls = said(server.target("bolt+s", "secret-of-mine"));
            assertTrue(tls.startsWith("what answers there does not speak TLS"), tls);
            try (Checkpoint small = open("small")) {
                PushTarget other =
                        new PushTarget(
                                server.target().uri(), "other", "neo4j", BoltServer.PASSWORD);
                assertEquals("there is no such database", saidOf(other, small));
            }
        }
    }

    @Test
    void aDatabaseThatCanOnlyBeReadIsSaidTo() throws IOException {
        BoltServer.start(dir.resolve("server")).close();
        try (Checkpoint small = open("small")) {
            assertEquals(
                    "it can only be read",
                    saidOf(Map.of(GraphDatabaseSettings.read_only_database_default, true), small));
        }
    }

    @Test
    void whatASmallServerCannotTakeIsGoneOnWithByALargerOne() throws IOException {
        try (Checkpoint large =
                GuestGraphs.open(
                        dir.resolve("home"),
                        "large",
                        SyntheticGraph.of(20, 600, 2000, 6000, 500))) {
            String said =
                    saidOf(
                            Map.of(
                                    GraphDatabaseSettings.memory_transaction_max_size,
                                    ByteUnit.mebiBytes(2)),
                            large);
            assertTrue(said.startsWith("it has too little memory for a batch"), said);
            try (BoltServer server =
                            BoltServer.start(
                                    dir.resolve("server"), BoltServer.freePort(), Map.of());
                    Push push = Push.to(server.target())) {
                push.push(new WholeGraph(large), false, Progress.NONE);
                assertEquals(Pushed.expected(large), Pushed.there(server, "large"));
            }
        }
    }

    private Checkpoint open(String name) {
        return GuestGraphs.open(dir.resolve("home"), name, SmallGraph.named(name));
    }

    private static ServerSocket listen(@Nullable SSLContext tls) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        return tls == null
                ? new ServerSocket(0, 9, here)
                : tls.getServerSocketFactory().createServerSocket(0, 9, here);
    }

    /** Says the same to all who come, and lets none go. */
    private static void answer(ServerSocket socket, String speech) {
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            while (!socket.isClosed()) {
                                try {
                                    Socket one = socket.accept();
                                    HELD.add(one);
                                    Thread.ofPlatform().daemon().start(() -> speak(one, speech));
                                } catch (IOException e) {
                                    return;
                                }
                            }
                        });
    }

    private static void speak(Socket one, String speech) {
        try {
            one.getOutputStream().write(speech.getBytes(StandardCharsets.US_ASCII));
            one.getOutputStream().flush();
        } catch (IOException e) {
            // The other side does not like the certificate.
        }
    }

    private SSLContext selfSigned() throws Exception {
        Path store = dir.resolve("keys.p12");
        char[] password = "changeit".toCharArray();
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "changeit")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), output);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(store.toFile())) {
            keys.load(in, password);
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
