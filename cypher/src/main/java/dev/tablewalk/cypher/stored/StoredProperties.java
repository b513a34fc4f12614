package dev.tablewalk.cypher.stored;

import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.UserError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Entity;

/** The properties of one node or relationship, by their types. */
record StoredProperties(Map<String, Object> values) {
    static StoredProperties of(Entity entity) {
        return new StoredProperties(entity.getAllProperties());
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    private static UserError wrong(String key, @Nullable Object value) {
        return StoreTokens.damaged("the property " + key + " is " + value);
    }

    long number(String key) {
        Object value = values.get(key);
        if (value instanceof Long number) {
            return number;
        }
        throw wrong(key, value);
    }

    int integer(String key) {
        long number = number(key);
        if (number != (int) number) {
            throw wrong(key, number);
        }
        return (int) number;
    }

    @Nullable Long numberOrNull(String key) {
        return has(key) ? number(key) : null;
    }

    boolean truth(String key) {
        Object value = values.get(key);
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw wrong(key, value);
    }

    @Nullable Boolean truthOrNull(String key) {
        return has(key) ? truth(key) : null;
    }

    String text(String key) {
        Object value = values.get(key);
        if (value instanceof String text) {
            return text;
        }
        throw wrong(key, value);
    }

    String textOrEmpty(String key) {
        return has(key) ? text(key) : "";
    }

    @Nullable String textOrNull(String key) {
        return has(key) ? text(key) : null;
    }

    /** A kernel virtual address, which is kept as text. */
    long address(String key) {
        String text = text(key);
        try {
            return Hex.parse(text);
        } catch (NumberFormatException e) {
            throw wrong(key, text);
        }
    }

    List<String> texts(String key) {
        Object value = values.get(key);
        if (value instanceof String[] texts) {
            return List.of(texts);
        }
        throw wrong(key, value);
    }

    /** The numbers whose keys begin so, by the rest of their keys. */
    Map<String, Long> numbersOf(String prefix) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (String key : values.keySet()) {
            if (key.startsWith(prefix)) {
                numbers.put(key.substring(prefix.length()), number(key));
            }
        }
        return numbers;
    }

    /** The texts whose keys begin so, by the rest of their keys. */
    Map<String, String> textsOf(String prefix) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String key : values.keySet()) {
            if (key.startsWith(prefix)) {
                texts.put(key.substring(prefix.length()), text(key));
            }
        }
        return texts;
    }
}
