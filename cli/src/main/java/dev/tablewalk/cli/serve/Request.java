package dev.tablewalk.cli.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page asks: a JSON object, posted. */
record Request(JsonNode json) {
    private static final int MOST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads it. That it must be posted as JSON keeps forms of other sites out.
     *
     * @throws UserError if it is not as it must be
     */
    static Request of(HttpExchange exchange) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (!exchange.getRequestMethod().equals("POST") || !"application/json".equals(type)) {
            throw UserError.input("a question is posted, as application/json");
        }
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw UserError.input("a question has at most " + MOST_BYTES + " bytes");
        }
        try {
            JsonNode json = JSON.readTree(body);
            if (!json.isObject()) {
                throw UserError.input("a question is a JSON object");
            }
            return new Request(json);
        } catch (JsonProcessingException e) {
            throw UserError.input("the question is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * A text.
     *
     * @throws UserError if there is none under that key
     */
    String text(String key) {
        String text = optionalText(key);
        if (text == null) {
            throw UserError.input("the question has no text '" + key + "'");
        }
        return text;
    }

    /** A text; null if there is none. */
    @Nullable String optionalText(String key) {
        JsonNode node = json.get(key);
        return node != null && node.isTextual() ? node.textValue() : null;
    }

    /** A whole number; {@code standard} if there is none. */
    int number(String key, int standard) {
        JsonNode node = json.get(key);
        return node != null && node.canConvertToInt() ? node.intValue() : standard;
    }

    /** An object's members as they would be typed: a text as it is, anything else as JSON. */
    Map<String, String> typed(String key) {
        Map<String, String> typed = new LinkedHashMap<>();
        JsonNode object = json.get(key);
        if (object != null && object.isObject()) {
            object.properties()
                    .forEach(
                            entry ->
                                    typed.put(
                                            entry.getKey(),
                                            entry.getValue().isTextual()
                                                    ? entry.getValue().textValue()
                                                    : entry.getValue().toString()));
        }
        return typed;
    }
}
