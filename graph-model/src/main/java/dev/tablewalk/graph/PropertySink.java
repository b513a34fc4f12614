package dev.tablewalk.graph;

import java.util.List;

/** Receives the properties of one node or relationship, each key at most once. */
public interface PropertySink {
    void put(String key, long value);

    void put(String key, boolean value);

    void put(String key, String value);

    void put(String key, List<String> values);
}
