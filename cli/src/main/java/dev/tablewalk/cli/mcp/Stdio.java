package dev.tablewalk.cli.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Messages of one client, a line each. The SDK's own transport ends at a line that is no JSON, and
 * knows of no cancellation.
 */
final class Stdio implements McpServerTransportProvider {
    static final JacksonMcpJsonMapper JSON =
            new JacksonMcpJsonMapper(
                    new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS));

    private static final int MOST_BYTES = 1 << 20;
    private static final String CANCELLED = "notifications/cancelled";

    private final OutputStream out;
    private final Calls calls;
    private @Nullable McpServerSession session;
    private boolean greeted;
    private boolean ready;

    Stdio(OutputStream out, Calls calls) {
        this.out = out;
        this.calls = calls;
    }

    /** 2025-03-26 is left out: it has several messages in one, which no later version has. */
    @Override
    public List<String> protocolVersions() {
        return List.of(
                ProtocolVersions.MCP_2024_11_05,
                ProtocolVersions.MCP_2025_06_18,
                ProtocolVersions.MCP_2025_11_25);
    }

    @Override
    public void setSessionFactory(McpServerSession.Factory factory) {
        session = factory.create(new Sending());
    }

    private McpServerSession session() {
        return Objects.requireNonNull(session);
    }

    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return session().sendNotification(method, params);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    /** What the server has to say. */
    private final class Sending implements McpServerTransport {
        @Override
        public Mono<Void> sendMessage(JSONRPCMessage message) {
            return Mono.fromRunnable(() -> send(message));
        }

        @Override
        public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
            return JSON.convertValue(data, type);
        }

        @Override
        public Mono<Void> closeGracefully() {
            return Mono.empty();
        }
    }

    private void send(Object message) {
        if (message instanceof JSONRPCResponse response && calls.isCancelled(response.id())) {
            return; // Nobody waits for it.
        }
        try {
            byte[] text = JSON.writeValueAsBytes(message);
            synchronized (out) {
                out.write(text);
                out.write('\n');
                out.flush();
            }
        } catch (IOException e) {
            calls.stop("as nobody reads the answer");
        }
    }

    /**
     * Answers until the input ends, or nothing more is answered.
     *
     * @throws IOException if it cannot be read
     */
    void listen(InputStream in) throws IOException {
        Lines lines = new Lines(in, MOST_BYTES);
        while (!calls.isEnded() && lines.next()) {
            if (lines.isTooLong()) {
                refuse(null, ErrorCodes.INVALID_REQUEST, "more than " + MOST_BYTES + " bytes");
            } else if (!lines.isBlank()) {
                hear(lines.bytes());
            }
        }
    }

    private void hear(byte[] line) {
        JsonNode message;
        try {
            message = JSON.getObjectMapper().readTree(line);
        } catch (JsonProcessingException e) {
            refuse(null, ErrorCodes.PARSE_ERROR, "no JSON: " + e.getOriginalMessage());
            return;
        } catch (IOException e) {
            refuse(null, ErrorCodes.PARSE_ERROR, "no JSON: " + e.getMessage());
            return;
        }
        JsonNode id = message.path("id");
        JsonNode method = message.path("method");
        boolean isKnownById = id.isTextual() || id.canConvertToExactIntegral();
        if (!message.path("jsonrpc").asText().equals(McpSchema.JSONRPC_VERSION)
                || (!isKnownById && !id.isMissingNode())
                || (!method.isTextual() && !method.isMissingNode())) {
            refuse(
                    isKnownById ? plain(id) : null,
                    ErrorCodes.INVALID_REQUEST,
                    "no message of JSON-RPC 2.0");
            return;
        }
        if (method.isMissingNode()) {
            return; // An answer. Nothing was asked.
        }
        Object params = plain(message.path("params"));
        if (isKnownById) {
            request(new JSONRPCRequest(method.textValue(), plain(id), params));
        } else if (method.textValue().equals(CANCELLED)) {
            calls.cancel(plain(message.path("params").path("requestId")));
        } else {
            notification(new JSONRPCNotification(method.textValue(), params));
        }
    }

    private void notification(JSONRPCNotification notification) {
        boolean begins = notification.method().equals(McpSchema.METHOD_NOTIFICATION_INITIALIZED);
        if (begins ? greeted && !ready : ready) {
            ready = true;
            handle(notification, Map.of());
        }
    }

    private static @Nullable Object plain(JsonNode node) {
        return JSON.convertValue(node, Object.class);
    }

    private void request(JSONRPCRequest request) {
        boolean greets = request.method().equals(McpSchema.METHOD_INITIALIZE);
        if (greets ? greeted : !ready) { // The SDK would wait.
            refuse(
                    request.id(),
                    ErrorCodes.INVALID_REQUEST,
                    "first, and once, initialize; then notifications/initialized");
            return;
        }
        greeted = true;
        if (!request.method().equals(McpSchema.METHOD_TOOLS_CALL)) {
            handle(request, Map.of());
        } else if (!calls.begin(
                request.id(), call -> handle(request, Map.of(Call.class.getName(), call)))) {
            refuse(
                    request.id(),
                    ErrorCodes.INVALID_REQUEST,
                    "too many requests at once, or two with one id: ask again");
        }
    }

    private void handle(JSONRPCMessage message, Map<String, Object> known) {
        session()
                .handle(message)
                .contextWrite(
                        context ->
                                context.put(
                                        McpTransportContext.KEY, McpTransportContext.create(known)))
                .onErrorComplete() // Requests have their answer: a notification has none.
                .subscribe();
    }

    private void refuse(@Nullable Object id, int code, String why) {
        Map<String, @Nullable Object> response = new LinkedHashMap<>();
        response.put("jsonrpc", McpSchema.JSONRPC_VERSION);
        response.put("id", id);
        response.put("error", Map.of("code", code, "message", why));
        send(response);
    }
}
