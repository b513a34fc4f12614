package dev.tablewalk.cli.report;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GuestGraph;
import java.util.Map;
import java.util.TreeMap;

/** The anomalies of a graph. */
public final class AnomalyCounts {
    private AnomalyCounts() {}

    /** How many there are, by kind. Goes over all nodes. */
    public static Map<String, Long> of(GuestGraph graph) {
        Map<String, Long> byKind = new TreeMap<>();
        for (GraphNode node : graph.nodes()) {
            if (node instanceof GraphNode.Anomaly anomaly) {
                byKind.merge(anomaly.kind(), 1L, Long::sum);
            }
        }
        return byKind;
    }
}
