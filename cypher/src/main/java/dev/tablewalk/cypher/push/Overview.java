package dev.tablewalk.cypher.push;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.CheckpointInfo;
import dev.tablewalk.cypher.check.CheckRun;
import dev.tablewalk.cypher.check.Outcome;
import dev.tablewalk.cypher.saved.SavedQuery;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.PropertySink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a checkpoint tells of many at a glance: the nodes Checkpoint, Task and Anomaly, a
 * Violation for each row of a constraint, and what several checkpoints have in common: Guest,
 * Kernel, Constraint.
 */
public final class Overview implements PushedGraph {
    /** Violations of one constraint that become nodes; all are counted. */
    private static final int ROWS = 1000;

    private static final String VIOLATION = "Violation";

    /** What is kept of the graph, each by the type of the relationship that leads to it. */
    private static final Map<String, String> KEPT =
            Map.of(
                    NodeLabel.TASK.text(), "HAS_TASK",
                    NodeLabel.ANOMALY.text(), "HAS_ANOMALY");

    private final Checkpoint checkpoint;
    private final List<Outcome> outcomes;

    private Overview(Checkpoint checkpoint, List<Outcome> outcomes) {
        this.checkpoint = checkpoint;
        this.outcomes = outcomes;
    }

    /**
     * Asks the constraints, as {@code check} does.
     *
     * @throws dev.tablewalk.graph.UserError if it is a diff
     */
    public static Overview of(
            Checkpoint checkpoint, List<SavedQuery> constraints, Progress progress) {
        checkpoint.info().requireOneMoment("an overview");
        List<Outcome> outcomes = new ArrayList<>();
        for (Outcome each :
                new CheckRun(checkpoint, Map.of(), ROWS, progress).outcomes(constraints)) {
            // Rows that a constraint does not sort may come in any order.
            List<List<@Nullable Object>> rows = new ArrayList<>(each.rows());
            rows.sort(Comparator.comparing(List::toString));
            outcomes.add(
                    new Outcome(
                            each.query(),
                            each.state(),
                            each.count(),
                            rows,
                            each.seconds(),
                            each.error(),
                            each.accepted()));
        }
        return new Overview(checkpoint, outcomes);
    }

    @Override
    public CheckpointInfo info() {
        return checkpoint.info();
    }

    @Override
    public String kind() {
        return "overview";
    }

    @Override
    public String fingerprint() {
        List<Object> found = new ArrayList<>();
        outcomes.forEach(each -> found.add(List.of(checked(each), each.rows())));
        return PushedGraph.fingerprint(info(), kind(), found);
    }

    @Override
    public long size() {
        return new WholeGraph(checkpoint).size(); // that are looked through
    }

    @Override
    public void read(GraphSink to, Progress progress) throws IOException {
        Part part = new Part(to);
        checkpoint.read(part, progress);
        part.more();
    }

    /** Lets through what is kept, and adds the rest where nodes end and relationships begin. */
    private final class Part implements GraphSink {
        private static final PropertySink NOWHERE =
                new PropertySink() {
                    @Override
                    public void put(String key, long value) {}

                    @Override
                    public void put(String key, boolean value) {}

                    @Override
                    public void put(String key, String value) {}

                    @Override
                    public void put(String key, List<String> values) {}
                };

        private final GraphSink to;
        private final Map<Integer, Set<String>> kept = new LinkedHashMap<>();
        private int root = -1;
        private boolean lets;
        private boolean isComplete;

        Part(GraphSink to) {
            this.to = to;
        }

        @Override
        public PropertySink node(int number, Set<String> labels) throws IOException {
            if (labels.contains(NodeLabel.CHECKPOINT.text())) {
                root = number;
            } else if (labels.stream().anyMatch(KEPT::containsKey)) {
                kept.put(number, labels);
            } else {
                lets = false;
                return NOWHERE;
            }
            lets = true;
            return to.node(number, labels);
        }

        @Override
        public PropertySink relationship(
                String type, int from, Set<String> fromLabels, int end, Set<String> endLabels)
                throws IOException {
            more();
            lets = kept.containsKey(from) && kept.containsKey(end);
            return lets ? to.relationship(type, from, fromLabels, end, endLabels) : NOWHERE;
        }

        @Override
        public void end() throws IOException {
            if (lets) {
                to.end();
            }
        }

        void more() throws IOException {
            if (isComplete) {
                return;
            }
            isComplete = true;
            Set<String> rootLabels = Set.of(NodeLabel.CHECKPOINT.text());
            Set<String> labels = Set.of(VIOLATION);
            int first = Math.toIntExact(checkpoint.nodeCount());
            int next = first;
            for (Outcome each : outcomes) {
                for (List<@Nullable Object> row : each.rows()) {
                    violation(to.node(next++, labels), each.query(), row);
                    to.end();
                }
            }
            for (Map.Entry<Integer, Set<String>> each : kept.entrySet()) {
                for (String label : each.getValue()) {
                    String type = KEPT.get(label);
                    if (type != null) {
                        to.relationship(type, root, rootLabels, each.getKey(), each.getValue());
                        to.end();
                    }
                }
            }
            for (int i = first; i < next; i++) {
                to.relationship("HAS_VIOLATION", root, rootLabels, i, labels);
                to.end();
            }
        }
    }

    private static void violation(PropertySink to, SavedQuery query, List<@Nullable Object> row) {
        List<String> columns = query.columnNames();
        for (int i = 0; i < row.size(); i++) {
            switch (row.get(i)) {
                case null -> {}
                case Long number -> to.put(columns.get(i), (long) number);
                case Boolean truth -> to.put(columns.get(i), (boolean) truth);
                case List<?> list ->
                        to.put(columns.get(i), list.stream().map(String::valueOf).toList());
                case Object other -> to.put(columns.get(i), other.toString());
            }
        }
        to.put("constraint", query.id());
    }

    private static Map<String, Object> checked(Outcome outcome) {
        Map<String, Object> checked = new LinkedHashMap<>();
        checked.put("state", outcome.state().toString());
        checked.put("violations", outcome.count());
        return checked;
    }

    @Override
    public Map<String, String> shared() {
        return Map.of("Guest", "name", "Kernel", "version", "Constraint", "id");
    }

    @Override
    public List<Statement> links() {
        Map<String, Object> properties = info().properties();
        Map<String, Object> ends = new HashMap<>();
        ends.put("guest", properties.getOrDefault("guest", info().name()));
        ends.put("version", properties.getOrDefault("kernel_version", ""));
        ends.put(
                "kernel",
                Map.of(
                        "release", properties.getOrDefault("kernel_release", ""),
                        "build_id", properties.getOrDefault("kernel_build_id", ""),
                        "arch", properties.getOrDefault("arch", "")));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Outcome each : outcomes) {
            rows.add(
                    Map.of(
                            "id", each.query().id(),
                            "title", each.query().title(),
                            "severity", String.valueOf(each.query().severity()),
                            "checked", checked(each)));
        }
        String mine = "MATCH (c:Checkpoint:" + label() + ") ";
        return List.of(
                new Statement(
                        mine
                                + "MERGE (g:Guest {name: $guest}) MERGE (c)-[:OF_GUEST]->(g)"
                                + " MERGE (k:Kernel {version: $version}) SET k += $kernel"
                                + " MERGE (c)-[:RAN_KERNEL]->(k)",
                        ends),
                new Statement(
                        mine
                                + "UNWIND $rows AS row MERGE (k:Constraint {id: row.id})"
                                + " SET k.title = row.title, k.severity = row.severity"
                                + " MERGE (c)-[r:CHECKED]->(k) SET r = row.checked"
                                + " WITH DISTINCT k MATCH (v:Violation:"
                                + label()
                                + " {constraint: k.id}) MERGE (v)-[:VIOLATES]->(k)",
                        Map.of("rows", rows)));
    }
}
