package dev.tablewalk.cli.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values for the {@code $parameters} of a query, as they are typed: JSON if it is JSON, an integer
 * if it is {@code 0x…}, else text.
 */
public final class QueryParameters {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private QueryParameters() {}

    /**
     * Reads {@code key=value} texts.
     *
     * @throws UserError if one has no key, or a number that does not fit 64 bits
     */
    public static Map<String, Object> parse(List<String> texts) {
        return values(split(texts));
    }

    /**
     * Reads values as they were typed.
     *
     * @throws UserError if a number does not fit 64 bits
     */
    public static Map<String, Object> values(Map<String, String> typed) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        typed.forEach((key, text) -> parameters.put(key, value(key, text)));
        return parameters;
    }

    /**
     * Splits {@code key=value} texts, and leaves the values as they were typed.
     *
     * @throws UserError if one has no key
     */
    public static Map<String, String> split(List<String> texts) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw UserError.input(
                        "parameter " + text + " has no key: write -p key=value, as in -p pid=1");
            }
            parameters.put(text.substring(0, equals), text.substring(equals + 1));
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
            return withLongs(key, read);
        } catch (JsonProcessingException notJson) {
            return text;
        }
    }

    /** Cypher's integers are signed and have 64 bits. */
    private static Object withLongs(String key, Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case BigInteger tooLarge ->
                    throw UserError.input(
                            "parameter "
                                    + key
                                    + ": "
                                    + tooLarge
                                    + " does not fit a signed 64-bit integer; write it in"
                                    + " hexadecimal, 0x…, if it is an address");
            case List<?> list -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (Object element : list) {
                    elements.add(element == null ? null : withLongs(key, element));
                }
                yield elements;
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                map.forEach(
                        (k, v) ->
                                entries.put(
                                        String.valueOf(k), v == null ? null : withLongs(key, v)));
                yield entries;
            }
            default -> value;
        };
    }
}
