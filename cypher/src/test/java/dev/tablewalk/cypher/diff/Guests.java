package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestIdentity;
import dev.tablewalk.graph.ListGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sides made by hand: what a test sets, and nothing else. */
final class Guests {
    private final List<GraphNode> nodes = new ArrayList<>();
    private final List<GraphRelationship> relationships = new ArrayList<>();

    private Guests(GraphNode checkpoint) {
        nodes.add(checkpoint);
    }

    static Guests guest() {
        return guest("#1 SMP", 4096, 0);
    }

    static Guests guest(String version, long pageSize, long kaslr) {
        return new Guests(
                new GraphNode.Checkpoint(
                        "guest",
                        GuestIdentity.UNKNOWN,
                        "6.12.0",
                        "00ff",
                        version,
                        "aarch64",
                        pageSize,
                        48,
                        48,
                        4,
                        false,
                        kaslr,
                        "",
                        "",
                        "",
                        "",
                        Map.of(),
                        0,
                        Map.of(),
                        List.of(),
                        List.of(),
                        false));
    }

    private int add(GraphNode node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    Guests region(String name, long start, long end) {
        add(new GraphNode.Region(name, start, end));
        return this;
    }

    Guests task(int pid, long startTime, boolean kthread) {
        add(
                new GraphNode.Task(
                        pid, pid, pid, "t", "t", "S", kthread, false, 0, startTime, 0, 0, -1, -1,
                        -1, List.of()));
        return this;
    }

    /** The number of a new table. */
    int table(long va) {
        return add(
                new GraphNode.PageTable(
                        nodes.size() * 4096L, "PMD", va, 0, 0, 0, null, null, false, List.of()));
    }

    Guests entry(int from, int to, int index, long va) {
        relationships.add(
                new GraphRelationship.TablePointer(
                        from, to, index, va, 3, false, false, false, false));
        return this;
    }

    Side side() {
        return new Side(new ListGraph(nodes, relationships));
    }
}
