package dev.tablewalk.graph;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hands a graph to two sinks. */
public final class BothSinks implements GraphSink {
    private final GraphSink one;
    private final GraphSink other;

    /** What was begun last: both have the same sink for the properties of most of what follows. */
    private @Nullable BothProperties latest;

    /** Hands it to one, and then to the other. */
    public BothSinks(GraphSink one, GraphSink other) {
        this.one = one;
        this.other = other;
    }

    @Override
    public PropertySink node(int number, Set<String> labels) throws IOException {
        return both(one.node(number, labels), other.node(number, labels));
    }

    @Override
    public PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels)
            throws IOException {
        return both(
                one.relationship(type, from, fromLabels, to, toLabels),
                other.relationship(type, from, fromLabels, to, toLabels));
    }

    @SuppressWarnings("ReferenceEquality") // whether it is for these very two
    private PropertySink both(PropertySink one, PropertySink other) {
        BothProperties both = latest;
        if (both == null || both.one != one || both.other != other) {
            both = new BothProperties(one, other);
            latest = both;
        }
        return both;
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
