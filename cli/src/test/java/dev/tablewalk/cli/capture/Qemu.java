package dev.tablewalk.cli.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a QEMU, as anybody who has its socket can: a connection a question. */
final class Qemu {
    private Qemu() {}

    static JsonNode ask(Path socket, String message) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            BufferedReader lines =
                    new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            String both = "{\"execute\":\"qmp_capabilities\"}{\"id\":1," + message.substring(1);
            channel.write(ByteBuffer.wrap(both.getBytes(StandardCharsets.UTF_8)));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode reply = new ObjectMapper().readTree(line);
                if (reply.path("id").asInt() == 1) {
                    return reply;
                }
            }
            throw new IOException("QEMU has gone");
        }
    }

    static boolean runs(Path socket) throws IOException {
        return ask(socket, "{\"execute\":\"query-status\"}")
                .path("return")
                .path("running")
                .asBoolean();
    }

    static void execute(Path socket, String command) throws IOException {
        JsonNode reply = ask(socket, "{\"execute\":\"" + command + "\"}");
        if (!reply.has("return")) {
            throw new IOException(command + ": " + reply);
        }
    }

    /** Whether it has a stub for debuggers. */
    static boolean hasStub(Path socket) throws IOException {
        for (JsonNode device : ask(socket, "{\"execute\":\"query-chardev\"}").path("return")) {
            if (device.path("label").asText().equals("gdb")) {
                return true;
            }
        }
        return false;
    }
}
