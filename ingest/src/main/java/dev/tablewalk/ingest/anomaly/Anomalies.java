package dev.tablewalk.ingest.anomaly;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.ingest.memory.MemoryFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects anomalies. All are counted; of each kind so many are kept with their details, and one
 * more says how many others there were.
 */
public final class Anomalies {
    private static final int KEPT_OF_A_KIND = 10_000;

    private final List<GraphNode.Anomaly> kept = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();

    /**
     * Notes one.
     *
     * @param kind a fixed word, to group by
     * @param address of what it concerns
     * @param field the member or descriptor that is wrong
     */
    public void add(String kind, long address, String field, String detail) {
        long n = counts.merge(kind, 1L, Long::sum);
        if (n <= KEPT_OF_A_KIND) {
            kept.add(new GraphNode.Anomaly(kind, address, field, detail));
        }
    }

    /** A pointer in a structure that leads nowhere. */
    public void fault(String kind, long address, String field, MemoryFault fault) {
        add(kind, address, field, String.valueOf(fault.getMessage()));
    }

    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many of a kind. */
    public long count(String kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** What is to be shown, in the order it was found. */
    public List<GraphNode.Anomaly> list() {
        List<GraphNode.Anomaly> all = new ArrayList<>(kept);
        counts.forEach(
                (kind, n) -> {
                    if (n > KEPT_OF_A_KIND) {
                        all.add(
                                new GraphNode.Anomaly(
                                        kind,
                                        0,
                                        "",
                                        (n - KEPT_OF_A_KIND)
                                                + " more of this kind, of "
                                                + n
                                                + ", are not listed"));
                    }
                });
        return all;
    }
}
