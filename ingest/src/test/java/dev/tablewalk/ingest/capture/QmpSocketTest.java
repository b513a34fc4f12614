package dev.tablewalk.ingest.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.graph.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** QMP with one who only plays QEMU. */
class QmpSocketTest {
    private static final String GREETING = "{\"QMP\": {\"capabilities\": [\"oob\"]}}\r\n";
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");

    @SuppressWarnings("NullAway.Init") // set before each test
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Greets, and answers each command with a text in which ID is the command's. */
    private QemuAddress plays(String greeting, String... answers) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (Socket one = server.accept()) {
                                OutputStream out = one.getOutputStream();
                                out.write(greeting.getBytes(StandardCharsets.UTF_8));
                                BufferedReader in =
                                        new BufferedReader(
                                                new InputStreamReader(
                                                        one.getInputStream(),
                                                        StandardCharsets.UTF_8));
                                for (String answer : answers) {
                                    Matcher id = ID.matcher(String.valueOf(in.readLine()));
                                    out.write(
                                            answer.replace("ID", id.find() ? id.group(1) : "")
                                                    .getBytes(StandardCharsets.UTF_8));
                                }
                                Thread.sleep(60_000); // says nothing more
                            } catch (IOException | InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        return new QemuAddress.Tcp("127.0.0.1", server.getLocalPort());
    }

    private static final String DONE = "{\"return\": {}, \"id\": \"ID\"}\r\n";

    @Test
    void eventsAndLateAnswersArePassedOver() throws QemuMonitor.Refused {
        QemuAddress address =
                plays(
                        GREETING,
                        "{\"event\": \"STOP\"}\r\n" + DONE,
                        "{\"return\": 1, \"id\": \"tablewalk-1\"}\r\n{\"return\": 2, \"id\":"
                                + " \"ID\"}\r\n",
                        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no, no\"}, \"id\":"
                                + " \"ID\"}\r\n");
        try (QmpSocket qmp = QmpSocket.connect(address)) {
            assertEquals(2, qmp.ask("query-status", Map.of()).asInt());
            QemuMonitor.Refused refused =
                    assertThrows(QemuMonitor.Refused.class, () -> qmp.ask("stop", Map.of("a", 1)));
            assertEquals("QEMU refuses stop: no, no", refused.getMessage());
        }
    }

    @Test
    void whoDoesNotSpeakQmpIsTold() {
        for (String greeting : new String[] {"+$T05#b9\n", "{}\n", "[]\n", "SSH-2.0-x\n"}) {
            UserError refused =
                    assertThrows(UserError.class, () -> QmpSocket.connect(plays(greeting, DONE)));
            assertTrue(String.valueOf(refused.getMessage()).contains("QMP"), refused::getMessage);
        }
    }

    @Test
    void whoIsSilentIsNotWaitedForForEver() {
        long began = System.nanoTime();
        UserError silent = assertThrows(UserError.class, () -> QmpSocket.connect(plays("")));
        assertTrue(String.valueOf(silent.getMessage()).contains("greeting"), silent::getMessage);
        double seconds = (System.nanoTime() - began) / 1e9;
        assertTrue(seconds < QemuMonitor.PATIENCE.toSeconds() + 5, () -> seconds + " s");
    }

    @Test
    void anAnswerWithoutEndIsCut() {
        QemuAddress address = plays("{" + "x".repeat(QemuMonitor.MOST_BYTES + (1 << 20)));
        UserError endless = assertThrows(UserError.class, () -> QmpSocket.connect(address));
        assertTrue(String.valueOf(endless.getMessage()).contains("no end"), endless::getMessage);
    }
}
