package dev.tablewalk.cypher;

import dev.tablewalk.graph.PropertySink;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The properties that a record describes itself with, as a query should give them back. */
final class Described implements PropertySink {
    final Map<String, Object> properties = new TreeMap<>();

    @Override
    public void put(String key, long value) {
        properties.put(key, value);
    }

    @Override
    public void put(String key, boolean value) {
        properties.put(key, value);
    }

    @Override
    public void put(String key, String value) {
        properties.put(key, value);
    }

    @Override
    public void put(String key, List<String> values) {
        properties.put(key, values);
    }
}
