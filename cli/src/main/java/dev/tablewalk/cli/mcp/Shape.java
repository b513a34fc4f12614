package dev.tablewalk.cli.mcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON schema of an object, as it grows. What an answer has beyond it, clients pass over. */
final class Shape {
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();

    /** Has a member that must be there. */
    Shape with(String name, Map<String, Object> type, String meaning) {
        required.add(name);
        return maybe(name, type, meaning);
    }

    /** Has a member that may be there. */
    Shape maybe(String name, Map<String, Object> type, String meaning) {
        Map<String, Object> described = new LinkedHashMap<>(type);
        described.put("description", meaning);
        properties.put(name, described);
        return this;
    }

    static Map<String, Object> text() {
        return Map.of("type", "string");
    }

    static Map<String, Object> truth() {
        return Map.of("type", "boolean");
    }

    static Map<String, Object> number() {
        return Map.of("type", "integer");
    }

    /** An integer of a range. */
    static Map<String, Object> number(long least, long most, long standard) {
        return Map.of("type", "integer", "minimum", least, "maximum", most, "default", standard);
    }

    static Map<String, Object> object() {
        return Map.of("type", "object");
    }

    static Map<String, Object> list(Map<String, Object> of) {
        return Map.of("type", "array", "items", of);
    }

    /** Of an answer. */
    Map<String, Object> open() {
        return Map.of("type", "object", "properties", properties, "required", required);
    }

    /** Of arguments: there are no others. */
    Map<String, Object> closed() {
        Map<String, Object> schema = new LinkedHashMap<>(open());
        schema.put("additionalProperties", false);
        return schema;
    }
}
