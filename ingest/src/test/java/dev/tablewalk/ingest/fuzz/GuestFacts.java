package dev.tablewalk.ingest.fuzz;

import dev.tablewalk.graph.GraphNode;
import dev.tablewalk.graph.GraphRelationship;
import dev.tablewalk.graph.GuestGraph;
import dev.tablewalk.graph.RelationshipType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a graph says of tasks and address spaces, so that two graphs can be compared. */
final class GuestFacts {
    /**
     * Pages and tables of an address space that are looked at: shared tables can have any number.
     */
    private static final int MOST_VISITS = 1 << 18;

    /** Pages of all of them together. */
    private static final int MOST_PAGES = 3 << 20;

    /** By address; of those that only a scan knows, none, as it finds what is no more as well. */
    final Map<Long, TaskFacts> tasks = new TreeMap<>();

    /** Those that tasks have, by address. */
    final Map<Long, SpaceFacts> spaces = new TreeMap<>();

    /** Of each VMA by its address, and of each table by its physical one: whose they are. */
    final Map<Long, Set<Long>> owners = new HashMap<>();

    /** Those of which nothing was looked at, as others had too many pages. */
    final Set<Long> passedOver = new HashSet<>();

    final Set<GraphNode.Anomaly> anomalies = new LinkedHashSet<>();

    /** Physical addresses of the tables that processes reach, by their level's name. */
    final Map<String, List<Long>> tables = new TreeMap<>();

    /** Ranges of frames of one kind: physical address and bytes. */
    final Map<String, List<long[]>> frames = new TreeMap<>();

    final GraphNode.Checkpoint checkpoint;

    private final List<GraphNode> nodes = new ArrayList<>();
    private final Map<Integer, List<GraphRelationship>> from = new HashMap<>();
    private int visits;
    private long pages;

    /** Of a task; addresses are the kernel's, 0 if there is none in the graph. */
    record TaskFacts(
            int pid,
            int tgid,
            String comm,
            String state,
            long uid,
            boolean kthread,
            long startTime,
            int cpu,
            long parent,
            long leader,
            long mm) {}

    /** A VMA, by what the kernel says of it. */
    record VmaFacts(long address, long end, long flags, long pgoff, String name) {}

    /**
     * Of an address space.
     *
     * @param vmas by start
     * @param pages by virtual address: where the page is, or its slot in swap, and what is allowed
     */
    record SpaceFacts(Map<Long, VmaFacts> vmas, Map<Long, Page> pages) {}

    /**
     * A page.
     *
     * @param at its physical address, or its slot in swap
     * @param what it may be used for, or what stands in its place; empty of one in swap
     */
    record Page(boolean present, long at, String what) {}

    GuestFacts(GuestGraph graph) {
        checkpoint = graph.checkpoint();
        graph.nodes().forEach(nodes::add);
        for (GraphRelationship r : graph.relationships()) {
            from.computeIfAbsent(r.from(), _ -> new ArrayList<>()).add(r);
        }
        Set<Integer> kernelRoots = new HashSet<>();
        links(0).forEach(r -> kernelRoots.add(r.to()));
        for (int i = 0; i < nodes.size(); i++) {
            int node = i;
            switch (nodes.get(i)) {
                case GraphNode.MmStruct mm
                        when mm.foundBy().contains("task")
                                && links(node).stream()
                                        .noneMatch(r -> kernelRoots.contains(r.to())) ->
                        addSpace(node, mm);
                case GraphNode.Anomaly anomaly -> anomalies.add(anomaly);
                case GraphNode.PageRange range when range.frames() != null ->
                        frames.computeIfAbsent(range.frames().frame(), _ -> new ArrayList<>())
                                .add(new long[] {range.pa(), range.pages() * pageSize()});
                default -> {}
            }
        }
        addTasks();
        tables.values().forEach(list -> list.sort(null));
        nodes.clear();
        from.clear();
    }

    long pageSize() {
        return checkpoint.pageSize();
    }

    /** Bytes of a table of this level; a root may be smaller than a page. */
    int tableSize(String level) {
        int pageShift = Long.numberOfTrailingZeros(pageSize());
        int rootBits =
                checkpoint.vaBits() - pageShift - (checkpoint.levels() - 1) * (pageShift - 3);
        return 8 << (level.equals("PGD") ? rootBits : pageShift - 3);
    }

    private List<GraphRelationship> links(int node) {
        return from.getOrDefault(node, List.of());
    }

    private void addTasks() {
        Map<Integer, Long> parents = new HashMap<>();
        Map<Integer, Long> leaders = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof GraphNode.Task task) {
                for (GraphRelationship r : links(i)) {
                    if (r.type() == RelationshipType.PARENT_OF) {
                        parents.put(r.to(), task.address());
                    } else if (r.type() == RelationshipType.THREAD_OF) {
                        leaders.put(i, ((GraphNode.Task) nodes.get(r.to())).address());
                    }
                }
            }
        }
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof GraphNode.Task task
                    && !task.foundBy().equals(List.of("scan"))) {
                long mm = 0;
                for (GraphRelationship r : links(i)) {
                    if (r instanceof GraphRelationship.Pointer p && p.name().equals("mm")) {
                        mm = ((GraphNode.MmStruct) nodes.get(p.to())).address();
                    }
                }
                tasks.put(
                        task.address(),
                        new TaskFacts(
                                task.pid(),
                                task.tgid(),
                                task.comm(),
                                task.state(),
                                task.uid(),
                                task.kthread(),
                                task.startTime(),
                                task.cpu(),
                                parents.getOrDefault(i, 0L),
                                leaders.getOrDefault(i, 0L),
                                mm));
            }
        }
    }

    private void addSpace(int node, GraphNode.MmStruct mm) {
        if (pages > MOST_PAGES) {
            passedOver.add(mm.address());
            return;
        }
        SpaceFacts space = space(node, mm);
        spaces.put(mm.address(), space);
        pages += space.pages().size();
    }

    private SpaceFacts space(int node, GraphNode.MmStruct mm) {
        visits = 0;
        SpaceFacts space = new SpaceFacts(new TreeMap<>(), new TreeMap<>());
        for (GraphRelationship r : links(node)) {
            switch (nodes.get(r.to())) {
                case GraphNode.Vma v -> {
                    space.vmas.put(
                            v.start(),
                            new VmaFacts(v.address(), v.end(), v.flags(), v.pgoff(), v.name()));
                    own(v.address(), mm);
                }
                case GraphNode.PageTable _ -> table(r.to(), 0, mm, space, 0);
                default -> {}
            }
        }
        return space;
    }

    private void own(long part, GraphNode.MmStruct mm) {
        owners.computeIfAbsent(part, _ -> new HashSet<>()).add(mm.address());
    }

    /** Of a marker all are the same. */
    private static Page slot(GraphNode.Slots slots, long i) {
        return switch (slots) {
            case GraphNode.SwapRange s ->
                    new Page(false, ((long) s.type() << 58) | (s.offset() + i), "");
            case GraphNode.NonSwapRange s ->
                    new Page(false, s.pages() == 0 ? s.offset() : s.offset() + i, s.kind());
        };
    }

    /** A table may be reached at another address than the one that the graph tells first. */
    private void table(int node, long base, GraphNode.MmStruct mm, SpaceFacts space, int depth) {
        if (!(nodes.get(node) instanceof GraphNode.PageTable table)
                || depth >= checkpoint.levels()
                || ++visits > MOST_VISITS) {
            return;
        }
        if (!owners.containsKey(table.pa())) {
            tables.computeIfAbsent(table.level(), _ -> new ArrayList<>()).add(table.pa());
        }
        own(table.pa(), mm);
        long first = table.va() == null ? 0 : table.va();
        for (GraphRelationship r : links(node)) {
            switch (r) {
                case GraphRelationship.TablePointer p ->
                        table(p.to(), base + p.va() - first, mm, space, depth + 1);
                case GraphRelationship.LeafMapping leaf -> {
                    long pa = ((GraphNode.PageRange) nodes.get(leaf.to())).pa();
                    String what = leaf.attributes().toString();
                    for (long i = 0; i < leaf.pages() && ++visits <= MOST_VISITS; i++) {
                        space.pages.put(
                                base + leaf.va() - first + i * pageSize(),
                                new Page(true, pa + i * pageSize(), what));
                    }
                }
                case GraphRelationship.SwapMapping swap -> {
                    GraphNode.Slots slots = (GraphNode.Slots) nodes.get(swap.to());
                    for (long i = 0; i < swap.pages() && ++visits <= MOST_VISITS; i++) {
                        space.pages.put(base + swap.va() - first + i * pageSize(), slot(slots, i));
                    }
                }
                default -> {}
            }
        }
    }
}
