package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Item.OfNode;
import dev.tablewalk.cypher.memory.Item.OfRelationship;
import dev.tablewalk.cypher.procedure.AddressSpaces;
import dev.tablewalk.cypher.procedure.Geometry;
import dev.tablewalk.cypher.procedure.Mappings;
import dev.tablewalk.cypher.procedure.PointerGraph;
import dev.tablewalk.cypher.procedure.TableTree;
import dev.tablewalk.cypher.procedure.VmaIndex;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Address spaces and trees of tables of a graph in memory. What constraints ask of address spaces
 * is found out once, by whichever asks first.
 */
final class MemorySpaces implements PointerGraph<OfNode, OfRelationship> {
    /** What this needs of a graph besides what a question names. */
    static final Set<String> KEYS =
            Set.of(
                    "level",
                    "va",
                    "index",
                    "pages",
                    "start",
                    "end",
                    "field",
                    "pid",
                    "page_size",
                    "va_bits",
                    "levels");

    /** Leaves that are kept, 16 bytes each; others are walked each time. */
    private static final long MOST_LEAVES = 1 << 22;

    private final MemoryGraph graph;
    private final int pointsTo;
    private final int hasVma;
    private final int maps;
    private final boolean[] tables;
    private final Map<String, @Nullable Column[]> nodeColumns = new ConcurrentHashMap<>();
    private final Map<OfNode, Optional<OfNode>> owners = new ConcurrentHashMap<>();
    private final Map<OfNode, VmaIndex<OfNode>> vmas = new ConcurrentHashMap<>();
    private final Map<OfNode, Leaves> leaves = new ConcurrentHashMap<>();
    private final AtomicLong kept = new AtomicLong();
    private final TableTree<OfNode, OfRelationship> trees;
    private final AddressSpaces<OfNode, OfRelationship> spaces;

    MemorySpaces(MemoryGraph graph) {
        this.graph = graph;
        pointsTo = graph.typeNumber("POINTS_TO");
        hasVma = graph.typeNumber("HAS_VMA");
        maps = graph.typeNumber("MAPS");
        tables = graph.kindsWith(List.of("PageTable"));
        trees = new TableTree<>(this);
        spaces = new AddressSpaces<>(this);
    }

    TableTree<OfNode, OfRelationship> trees() {
        return trees;
    }

    Geometry geometry() {
        OfNode checkpoint = new OfNode(graph.labelledNodes("Checkpoint")[0]);
        return Geometry.of(key -> ofNodes(key).of(checkpoint));
    }

    @Nullable OfNode owner(OfNode mm) {
        return owners.computeIfAbsent(mm, _ -> Optional.ofNullable(spaces.owner(mm))).orElse(null);
    }

    /** What all address spaces map: each is walked once, and nothing is kept. */
    void mappings(Mappings.Sink to, Progress progress) throws IOException {
        List<OfNode> mms = new ArrayList<>();
        for (int mm : graph.labelledNodes("MmStruct")) {
            mms.add(new OfNode(mm));
        }
        new Mappings<>(this, geometry().pageSize()).of(mms, to, progress);
    }

    List<OfNode> vmas(OfNode mm, long va) {
        return vmas.computeIfAbsent(mm, _ -> spaces.vmas(mm, vma -> vma)).in(va, va + 1);
    }

    Leaves leaves(OfNode mm) {
        Leaves known = leaves.get(mm);
        if (known != null) {
            return known;
        }
        Leaves found = Leaves.of(spaces.leaves(mm, geometry().pageSize(), vma -> vma));
        if (kept.addAndGet(found.size()) <= MOST_LEAVES) {
            leaves.put(mm, found);
        }
        return found;
    }

    private List<OfRelationship> relationships(OfNode node, boolean out, int type) {
        int end = graph.first(node.number() + 1, out);
        List<OfRelationship> found = new ArrayList<>(end - graph.first(node.number(), out));
        for (int i = graph.first(node.number(), out); i < end; i++) {
            if (graph.typeOf(graph.at(i, out)) == type) {
                found.add(new OfRelationship(graph.at(i, out)));
            }
        }
        return found;
    }

    @Override
    public Iterable<OfRelationship> pointersFrom(OfNode node) {
        return relationships(node, true, pointsTo);
    }

    @Override
    public Iterable<OfRelationship> pointersTo(OfNode node) {
        return relationships(node, false, pointsTo);
    }

    @Override
    public OfNode source(OfRelationship pointer) {
        return new OfNode(graph.from(pointer.number()));
    }

    @Override
    public OfNode target(OfRelationship pointer) {
        return new OfNode(graph.to(pointer.number()));
    }

    @Override
    public boolean isTable(OfNode node) {
        return tables[graph.kindOf(node.number())];
    }

    @Override
    public Iterable<OfNode> vmas(OfNode mm) {
        List<OfNode> found = new ArrayList<>();
        relationships(mm, true, hasVma).forEach(has -> found.add(target(has)));
        return found;
    }

    @Override
    public @Nullable OfNode file(OfNode vma) {
        List<OfRelationship> maps = relationships(vma, true, this.maps);
        return maps.isEmpty() ? null : target(maps.getFirst());
    }

    @Override
    public long number(OfNode node) {
        return node.number();
    }

    @Override
    public Property<OfNode> ofNodes(String key) {
        @Nullable Column[] columns = nodeColumns.computeIfAbsent(key, graph::nodeColumns);
        return node -> graph.ofNode(node.number(), columns);
    }

    @Override
    public Property<OfRelationship> ofPointers(String key) {
        Column column = graph.relationshipColumn(key);
        return pointer -> column == null ? null : column.get(pointer.number());
    }
}
