package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.push.PushedGraph.Statement;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.PropertyMap;
import dev.tablewalk.graph.PropertySink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes statements of a graph as it is read, a batch at a time. Keeps one batch. */
final class Batches implements GraphSink {
    /** Names the checkpoint of a node; the label restricts, this tells. */
    static final String CHECKPOINT = "checkpoint";

    /** Numbers a checkpoint's nodes. */
    static final String NUMBER = "number";

    private final String checkpoint;
    private final String label;
    private final int size;
    private final Writer writer;
    private final Map<String, List<Map<String, Object>>> rows = new LinkedHashMap<>();
    private long done;
    private long at;

    /** Writes batches. */
    interface Writer {
        /**
         * Writes one in one transaction.
         *
         * @param from how many nodes and relationships were written before
         * @param to how many are then
         */
        void write(long from, long to, List<Statement> batch);
    }

    /**
     * Begins where an earlier push ended.
     *
     * @param size of a batch
     * @param done how many nodes and relationships are there already
     */
    Batches(String checkpoint, int size, long done, Writer writer) {
        this.checkpoint = checkpoint;
        this.label = PushedGraph.label(checkpoint);
        this.size = size;
        this.done = done;
        this.writer = writer;
    }

    @Override
    public PropertySink node(int number, Set<String> labels) {
        PropertyMap properties = new PropertyMap();
        add(
                "UNWIND $rows AS row CREATE (n:"
                        + label
                        + ":`"
                        + String.join("`:`", labels)
                        + "`) SET n = row.properties, n."
                        + NUMBER
                        + " = row.number, n."
                        + CHECKPOINT
                        + " = $checkpoint",
                Map.of("number", (long) number, "properties", properties.asMap()));
        return properties;
    }

    @Override
    public PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels) {
        PropertyMap properties = new PropertyMap();
        add(
                "UNWIND $rows AS row MATCH (a:"
                        + label
                        + " {"
                        + NUMBER
                        + ": row.from}) MATCH (b:"
                        + label
                        + " {"
                        + NUMBER
                        + ": row.to}) CREATE (a)-[r:`"
                        + type
                        + "`]->(b) SET r = row.properties",
                Map.of("from", (long) from, "to", (long) to, "properties", properties.asMap()));
        return properties;
    }

    private void add(String cypher, Map<String, Object> row) {
        if (at >= done) {
            rows.computeIfAbsent(cypher, _ -> new ArrayList<>()).add(row);
        }
    }

    @Override
    public void end() {
        at++;
        if (at - done >= size) {
            flush();
        }
    }

    /** Writes what is left, and returns how many nodes and relationships there are. */
    long flush() {
        if (at > done) {
            List<Statement> batch = new ArrayList<>();
            rows.forEach(
                    (cypher, some) ->
                            batch.add(
                                    new Statement(
                                            cypher, Map.of("rows", some, CHECKPOINT, checkpoint))));
            writer.write(done, at, batch);
            rows.clear();
            done = at;
        }
        return at;
    }
}
