package dev.tablewalk.cypher.diff;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GraphRelationship.Pointer;
import dev.tablewalk.graph.GraphRelationship.RootPointer;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.RelationshipType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of the two graphs that are compared, with what leads from each node at hand. */
final class Side {
    private static final int NONE = -1;

    private final GraphNode.Checkpoint checkpoint;
    private final GraphNode[] nodes;
    private final GraphRelationship[] relationships;
    private final int[] first;
    private final int[] parents;

    Side(GuestGraph graph) {
        checkpoint = graph.checkpoint();
        nodes = new GraphNode[graph.nodeCount()];
        int n = 0;
        for (GraphNode node : graph.nodes()) {
            nodes[n++] = node;
        }
        first = new int[nodes.length + 1];
        for (GraphRelationship each : graph.relationships()) {
            first[each.from() + 1]++;
        }
        for (int i = 0; i < nodes.length; i++) {
            first[i + 1] += first[i];
        }
        relationships = new GraphRelationship[first[nodes.length]];
        int[] next = Arrays.copyOf(first, first.length);
        parents = new int[nodes.length];
        Arrays.fill(parents, NONE);
        for (GraphRelationship each : graph.relationships()) {
            relationships[next[each.from()]++] = each;
            if (each.type() == RelationshipType.PARENT_OF) {
                parents[each.to()] = each.from();
            }
        }
    }

    GraphNode.Checkpoint checkpoint() {
        return checkpoint;
    }

    /** Bytes of a page. */
    long pageSize() {
        return checkpoint.pageSize();
    }

    int count() {
        return nodes.length;
    }

    GraphNode node(int number) {
        return nodes[number];
    }

    /** The node as what it is known to be. */
    <T extends GraphNode> T node(int number, Class<T> type) {
        return type.cast(nodes[number]);
    }

    /** Numbers of the nodes of a label, ascending. */
    List<Integer> all(NodeLabel label) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i].label() == label) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    /** What leads from a node. */
    List<GraphRelationship> from(int number) {
        return Arrays.asList(relationships).subList(first[number], first[number + 1]);
    }

    List<GraphRelationship> relationships() {
        return Arrays.asList(relationships);
    }

    private int pointee(int from, String name) {
        for (GraphRelationship each : from(from)) {
            if (each instanceof Pointer pointer && pointer.name().equals(name)) {
                return pointer.to();
            }
        }
        return NONE;
    }

    private int linked(int from, RelationshipType type) {
        for (GraphRelationship each : from(from)) {
            if (each.type() == type) {
                return each.to();
            }
        }
        return NONE;
    }

    /** The address space that a task has as its own; -1 if it has none. */
    int mmOf(int task) {
        return pointee(task, "mm");
    }

    /** The root table of an address space; -1 if it is not known. */
    int rootOf(int mm) {
        return pointee(mm, "pgd");
    }

    /** The parent of a task; -1 if it is not known. */
    int parentOf(int task) {
        return parents[task];
    }

    /** The file that a VMA maps; -1 if it maps none. */
    int fileOf(int vma) {
        return linked(vma, RelationshipType.MAPS);
    }

    /** The kernel's root tables, by symbol. */
    Map<String, Integer> kernelRoots() {
        Map<String, Integer> roots = new LinkedHashMap<>();
        for (GraphRelationship each : from(0)) {
            if (each instanceof RootPointer root) {
                roots.putIfAbsent(root.symbol(), root.to());
            }
        }
        return roots;
    }

    /** The VMAs of an address space, by address. */
    List<Integer> vmasOf(int mm) {
        return from(mm).stream()
                .filter(each -> each.type() == RelationshipType.HAS_VMA)
                .map(GraphRelationship::to)
                .sorted(Comparator.comparingLong(this::startOf))
                .toList();
    }

    private long startOf(int vma) {
        return node(vma, GraphNode.Vma.class).start();
    }

    /** The kernel's regions, by name. */
    Map<String, GraphNode.Region> regions() {
        Map<String, GraphNode.Region> regions = new LinkedHashMap<>();
        for (int each : all(NodeLabel.REGION)) {
            GraphNode.Region region = node(each, GraphNode.Region.class);
            regions.putIfAbsent(region.name(), region);
        }
        return regions;
    }

    /** Of each address space the processes that have it, by pid; threads where no leader has it. */
    Map<Integer, List<GraphNode.Task>> processesByMm() {
        Map<Integer, List<GraphNode.Task>> byMm = new LinkedHashMap<>();
        for (int each : all(NodeLabel.TASK)) {
            int mm = mmOf(each);
            if (mm != NONE) {
                byMm.computeIfAbsent(mm, _ -> new ArrayList<>())
                        .add(node(each, GraphNode.Task.class));
            }
        }
        byMm.values()
                .forEach(
                        tasks -> {
                            if (tasks.stream().anyMatch(Side::isLeader)) {
                                tasks.removeIf(task -> !isLeader(task));
                            }
                            tasks.sort(Comparator.comparingInt(GraphNode.Task::pid));
                        });
        return byMm;
    }

    static boolean isLeader(GraphNode.Task task) {
        return task.pid() == task.tgid();
    }
}
