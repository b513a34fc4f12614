package dev.tablewalk.cypher.saved;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tablewalk.graph.Hex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a parameter's value must be. */
public enum ParameterType {
    INTEGER("an integer of at most 64 bits, decimal or 0x…"),
    TEXT("text"),
    BOOLEAN("true or false"),
    FLOAT("a number"),
    LIST("a JSON list, such as [1, 2] or [\"a\"]");

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String words;

    ParameterType(String words) {
        this.words = words;
    }

    /** What to write, in words. */
    public String words() {
        return words;
    }

    /** The value that a text typed by a user stands for, or null if it is none of this type. */
    public @Nullable Object parse(String text) {
        return switch (this) {
            case TEXT -> text;
            case INTEGER -> integer(text);
            case BOOLEAN, FLOAT, LIST -> json(text);
        };
    }

    private static @Nullable Object integer(String text) {
        try {
            return text.startsWith("0x") || text.startsWith("0X")
                    ? Hex.parse(text)
                    : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The value that JSON stands for, or null if it is none of this type, or no JSON. */
    @Nullable Object json(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return fits(node) ? value(node) : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private boolean fits(JsonNode node) {
        return switch (this) {
            case INTEGER -> node.isIntegralNumber() && node.canConvertToLong();
            case TEXT -> node.isTextual();
            case BOOLEAN -> node.isBoolean();
            case FLOAT -> node.isNumber();
            case LIST -> node.isArray() && node.valueStream().allMatch(ParameterType::isScalar);
        };
    }

    private static boolean isScalar(JsonNode node) {
        return node.isTextual()
                || node.isBoolean()
                || node.isDouble()
                || (node.isIntegralNumber() && node.canConvertToLong());
    }

    private Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case ARRAY -> {
                List<Object> elements = new ArrayList<>();
                node.forEach(element -> elements.add(value(element)));
                yield List.copyOf(elements);
            }
            default ->
                    this == FLOAT || !node.isIntegralNumber()
                            ? (Object) node.doubleValue()
                            : (Object) node.longValue();
        };
    }

    /** As it is written in a query's file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
