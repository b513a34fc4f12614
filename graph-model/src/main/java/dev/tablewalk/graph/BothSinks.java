package dev.tablewalk.graph;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Hands a graph to two sinks. */
public record BothSinks(GraphSink one, GraphSink other) implements GraphSink {
    @Override
    public PropertySink node(int number, Set<String> labels) throws IOException {
        return new BothProperties(one.node(number, labels), other.node(number, labels));
    }

    @Override
    public PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels)
            throws IOException {
        return new BothProperties(
                one.relationship(type, from, fromLabels, to, toLabels),
                other.relationship(type, from, fromLabels, to, toLabels));
    }

    @Override
    public void end() throws IOException {
        one.end();
        other.end();
    }

    private record BothProperties(PropertySink one, PropertySink other) implements PropertySink {
        @Override
        public void put(String key, long value) {
            one.put(key, value);
            other.put(key, value);
        }

        @Override
        public void put(String key, boolean value) {
            one.put(key, value);
            other.put(key, value);
        }

        @Override
        public void put(String key, String value) {
            one.put(key, value);
            other.put(key, value);
        }

        @Override
        public void put(String key, List<String> values) {
            one.put(key, values);
            other.put(key, values);
        }
    }
}
