package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tablewalk.graph.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** QMP on its own socket, as {@code -qmp} makes it. */
final class QmpSocket implements QemuMonitor {
    private final QemuAddress address;
    private final TimedChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(1 << 16).flip();
    private long lastId;

    private QmpSocket(QemuAddress address, TimedChannel channel) {
        this.address = address;
        this.channel = channel;
    }

    /**
     * Connects and hears QEMU's greeting.
     *
     * @throws UserError if there is nobody, or nobody who speaks QMP
     */
    static QmpSocket connect(QemuAddress address) {
        long deadline = TimedChannel.in(PATIENCE);
        QmpSocket socket;
        try {
            socket = new QmpSocket(address, TimedChannel.connect(address, deadline));
        } catch (IOException e) {
            throw UserError.input(
                    "cannot connect to "
                            + address
                            + ": "
                            + e.getMessage()
                            + "; is it the socket that QEMU was given with -qmp, and does QEMU"
                            + " run?",
                    e);
        }
        boolean greeted = false;
        try {
            JsonNode greeting = socket.message(deadline);
            if (!greeting.has("QMP")) {
                throw UserError.input(address + " does not greet as QMP does");
            }
            socket.execute("qmp_capabilities");
            greeted = true;
            return socket;
        } catch (IOException e) {
            throw UserError.input(
                    address
                            + " sends no greeting of QMP ("
                            + e.getMessage()
                            + "); is it a QMP socket, and does another program hold it?",
                    e);
        } finally {
            if (!greeted) {
                socket.close();
            }
        }
    }

    @Override
    public synchronized JsonNode ask(String command, Map<String, ?> arguments) throws Refused {
        long deadline = TimedChannel.in(PATIENCE);
        String id = "tablewalk-" + ++lastId;
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("execute", command);
        if (!arguments.isEmpty()) {
            message.put("arguments", arguments);
        }
        message.put("id", id);
        try {
            channel.write(QmpReply.JSON.writeValueAsBytes(message), deadline);
            channel.write(new byte[] {'\n'}, deadline);
            while (true) {
                JsonNode reply = message(deadline);
                // Others are events, or answers to what was given up on.
                if (reply.path("id").asText().equals(id)) {
                    return QmpReply.result(command, reply, address.toString());
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(command, e);
        } catch (IOException e) {
            throw UserError.input(
                    "QEMU at "
                            + address
                            + " did not answer "
                            + command
                            + " within "
                            + PATIENCE.toSeconds()
                            + " s: "
                            + e.getMessage(),
                    e);
        }
    }

    /** The next line. */
    private JsonNode message(long deadline) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (!received.hasRemaining()) {
                received.clear();
                try {
                    channel.read(received, deadline);
                } finally {
                    received.flip();
                }
            }
            while (received.hasRemaining()) {
                byte b = received.get();
                if (b != '\n') {
                    line.write(b);
                } else if (line.size() > 1) { // more than its carriage return
                    return QmpReply.parse(line.toByteArray(), address.toString());
                }
            }
            if (line.size() > MOST_BYTES) {
                throw new IOException("its answer has no end");
            }
        }
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
