package dev.tablewalk.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values for the {@code $parameters} of a query, as they are typed: JSON if it is JSON, an integer
 * if it is {@code 0x…}, else text.
 */
final class QueryParameters {
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.USE_LONG_FOR_INTS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private QueryParameters() {}

    /**
     * Reads {@code key=value} texts.
     *
     * @throws UserError if one has no key, or a number that does not fit 64 bits
     */
    static Map<String, Object> parse(List<String> texts) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw UserError.input(
                        "parameter " + text + " has no key: write -p key=value, as in -p pid=1");
            }
            String key = text.substring(0, equals);
            parameters.put(key, value(key, text.substring(equals + 1)));
        }
        return parameters;
    }

    private static Object value(String key, String text) {
        if (text.matches("0[xX][0-9a-fA-F]{1,16}")) {
            return Hex.parse(text);
        }
        try {
            Object read = JSON.readValue(text, Object.class);
            if (read == null) {
                throw UserError.input(
                        "parameter " + key + ": nothing is equal to null; ask with IS NULL");
            }
            requireLongs(key, read);
            return read;
        } catch (JsonProcessingException notJson) {
            return text;
        }
    }

    /** Cypher's integers are signed and have 64 bits. */
    private static void requireLongs(String key, @Nullable Object value) {
        switch (value) {
            case BigInteger tooLarge ->
                    throw UserError.input(
                            "parameter "
                                    + key
                                    + ": "
                                    + tooLarge
                                    + " does not fit a signed 64-bit integer; write it in"
                                    + " hexadecimal, 0x…, if it is an address");
            case List<?> list -> list.forEach(element -> requireLongs(key, element));
            case Map<?, ?> map -> map.values().forEach(element -> requireLongs(key, element));
            case null, default -> {}
        }
    }
}
