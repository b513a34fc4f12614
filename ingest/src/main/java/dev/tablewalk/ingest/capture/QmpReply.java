package dev.tablewalk.ingest.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The JSON of QMP. */
final class QmpReply {
    static final ObjectMapper JSON = new ObjectMapper();

    private QmpReply() {}

    /**
     * Reads one message.
     *
     * @param who whom it is from, for an error
     */
    static JsonNode parse(byte[] message, String who) {
        try {
            JsonNode tree = JSON.readTree(message);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (JsonProcessingException e) {
            throw noQmp(who, e);
        } catch (IOException e) {
            throw noQmp(who, e);
        }
        throw noQmp(who, null);
    }

    private static UserError noQmp(String who, @Nullable Throwable cause) {
        String message = who + " answers with something that is not QMP; is it QEMU's QMP socket?";
        return cause == null ? UserError.input(message) : UserError.input(message, cause);
    }

    /** Takes a reply to a command apart. */
    static JsonNode result(String command, JsonNode reply, String who) throws QemuMonitor.Refused {
        JsonNode result = reply.get("return");
        if (result != null) {
            return result;
        }
        JsonNode error = reply.get("error");
        if (error == null) {
            throw noQmp(who, null);
        }
        throw new QemuMonitor.Refused(command, error.path("desc").asText("no reason given"));
    }
}
