package dev.tablewalk.ingest.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tablewalk.graph.UserError;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class QemuAddressTest {
    @Test
    void pathsAndPortsAreTold() {
        assertEquals(
                new QemuAddress.Unix(Path.of("/run/q,1.sock")), QemuAddress.parse("/run/q,1.sock"));
        assertEquals(new QemuAddress.Unix(Path.of("qmp.sock")), QemuAddress.parse("qmp.sock"));
        assertEquals(new QemuAddress.Unix(Path.of("a/b:1")), QemuAddress.parse("a/b:1"));
        assertEquals(new QemuAddress.Unix(Path.of("x:1")), QemuAddress.parse("unix:x:1"));
        assertEquals(new QemuAddress.Tcp("localhost", 4444), QemuAddress.parse("localhost:4444"));
        assertEquals(new QemuAddress.Tcp("127.0.0.1", 1234), QemuAddress.parse("tcp::1234"));
        assertEquals(new QemuAddress.Tcp("::1", 65535), QemuAddress.parse("[::1]:65535"));
        for (String wrong : new String[] {"", "tcp:host", "tcp:host:0", "tcp:host:65536", "\0"}) {
            assertThrows(UserError.class, () -> QemuAddress.parse(wrong), wrong);
        }
    }
}
