package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertySink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A graph as sorted lines: every node and relationship with all that it has. */
final class Pushed implements GraphSink {
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Object> properties = new TreeMap<>();
    private String begun = "";

    /** Of a checkpoint's store. */
    static List<String> expected(Checkpoint checkpoint) throws IOException {
        Pushed pushed = new Pushed();
        checkpoint.read(pushed, Progress.NONE);
        pushed.lines.sort(null);
        return pushed.lines;
    }

    /** Of what is in the target under a checkpoint's name. */
    static List<String> there(BoltServer server, String name) {
        String label = PushedGraph.label(name);
        List<String> lines = new ArrayList<>();
        for (List<Object> row :
                server.rows(
                        "MATCH (n:" + label + ") RETURN n.number, labels(n), properties(n)",
                        Map.of())) {
            Set<String> labels = new TreeSet<>();
            ((List<?>) row.get(1)).forEach(each -> labels.add(each.toString()));
            labels.remove(PushedGraph.LABEL_PREFIX + name);
            Map<String, Object> properties = sorted((Map<?, ?>) row.get(2));
            properties.remove("number");
            if (!name.equals(properties.remove("checkpoint"))) {
                throw new AssertionError("a node is of another checkpoint: " + row);
            }
            lines.add(row.getFirst() + " " + labels + " " + properties);
        }
        for (List<Object> row :
                server.rows(
                        "MATCH (a:"
                                + label
                                + ")-[r]->(b:"
                                + label
                                + ") RETURN a.number, type(r), b.number, properties(r)",
                        Map.of())) {
            lines.add(
                    row.get(0)
                            + " "
                            + row.get(1)
                            + " "
                            + row.get(2)
                            + " "
                            + sorted((Map<?, ?>) row.get(3)));
        }
        lines.sort(null);
        return lines;
    }

    private static Map<String, Object> sorted(Map<?, ?> properties) {
        Map<String, Object> sorted = new TreeMap<>();
        properties.forEach(
                (key, value) ->
                        sorted.put(
                                key.toString(),
                                value instanceof Object[] list ? Arrays.asList(list) : value));
        return sorted;
    }

    private PropertySink begin(String what) {
        begun = what;
        properties.clear();
        return new PropertySink() {
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
        };
    }

    @Override
    public PropertySink node(int number, Set<String> labels) {
        return begin(number + " " + labels);
    }

    @Override
    public PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels) {
        return begin(from + " " + type + " " + to);
    }

    @Override
    public void end() {
        lines.add(begun + " " + properties);
    }
}
