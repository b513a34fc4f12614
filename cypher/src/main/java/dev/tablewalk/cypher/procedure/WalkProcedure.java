package dev.tablewalk.cypher.procedure;

import dev.tablewalk.graph.Fate;
import dev.tablewalk.graph.Hex;
import dev.tablewalk.graph.NodeLabel;
import dev.tablewalk.graph.RootKind;
import dev.tablewalk.graph.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Direction;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.RelationshipType;
import org.neo4j.graphdb.ResourceIterator;
import org.neo4j.graphdb.Transaction;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;

/**
 * {@code tw.walk}: the translation of one address, level by level, along the graph's {@code
 * POINTS_TO}. Reads at each level the relationships of one table, at most 8192.
 */
public final class WalkProcedure {
    private static final RelationshipType POINTS_TO = RelationshipType.withName("POINTS_TO");
    private static final RelationshipType SWAPPED_TO = RelationshipType.withName("SWAPPED_TO");
    private static final RelationshipType MARKED_AS = RelationshipType.withName("MARKED_AS");

    /** What a row has as columns of its own, and what concerns a run and not the one entry. */
    private static final Set<String> NOT_ATTRIBUTES =
            Set.of("index", "va", "raw", "entries", "pages", "size");

    @Context
    @SuppressWarnings("NullAway.Init") // set by Neo4j
    public Transaction transaction;

    /**
     * One step of the walk. Neo4j reads the columns from the public fields.
     *
     * <p>{@code pa} is the table's that a {@code table} entry points to, and the byte's that the
     * address means for a {@code leaf}.
     */
    public static final class Step {
        public final long step;
        public final String level;
        public final long table_pa;
        public final long index;
        public final @Nullable String descriptor;
        public final String kind;
        public final @Nullable Long pa;
        public final Map<String, Object> attributes;

        Step(
                long step,
                Node table,
                long index,
                @Nullable String descriptor,
                String kind,
                @Nullable Long pa,
                Map<String, Object> attributes) {
            this.step = step;
            this.level = (String) table.getProperty("level");
            this.table_pa = number(table, "pa");
            this.index = index;
            this.descriptor = descriptor;
            this.kind = kind;
            this.pa = pa;
            this.attributes = attributes;
        }
    }

    @Procedure(name = "tw.walk", mode = Mode.READ)
    @Description(
            "Translates an address of a task, level by level. va is an integer or text in"
                    + " hexadecimal; an address in the kernel's half is walked from its root."
                    + " kind is table, leaf, swap, mark or empty. In a diff"
                    + " the later side is walked.")
    public Stream<Step> walk(@Name("pid") long pid, @Name("va") Object va) {
        Node checkpoint = Geometry.checkpoint(transaction);
        Geometry geometry = Geometry.of(checkpoint);
        long address = geometry.canonical(Address.of(va));
        Node task = task(pid);
        Node table = address < 0 ? kernelRoot(checkpoint) : userRoot(task, pid);
        List<Step> steps = new ArrayList<>();
        for (int level = 0; level < geometry.levels(); level++) {
            Relationship entry = entry(table, geometry, level, address);
            Step step = step(steps.size(), table, entry, geometry, level, address);
            steps.add(step);
            if (entry == null || !step.kind.equals("table")) {
                break;
            }
            table = entry.getEndNode();
        }
        return steps.stream();
    }

    private static Step step(
            long step,
            Node table,
            @Nullable Relationship entry,
            Geometry geometry,
            int level,
            long address) {
        if (entry == null) {
            return new Step(
                    step, table, geometry.index(level, address), null, "empty", null, Map.of());
        }
        Node target = entry.getEndNode();
        long index = number(entry, "index");
        long raw = number(entry, "raw");
        Map<String, Object> attributes = new TreeMap<>();
        entry.getAllProperties()
                .forEach(
                        (key, value) -> {
                            if (!NOT_ATTRIBUTES.contains(key)) {
                                attributes.put(key, value);
                            }
                        });
        if (target.hasLabel(Label.label(NodeLabel.PAGE_TABLE.text()))) {
            return new Step(
                    step, table, index, Hex.of(raw), "table", number(target, "pa"), attributes);
        }
        long size = number(entry, "size");
        attributes.put("size", size);
        long into =
                geometry.offsetInTable(level, address)
                        - geometry.offsetInTable(level, number(entry, "va"));
        // A run's va need not be its first entry's: the entry may map more than its range.
        long entriesOn = ((number(entry, "va") & (size - 1)) + into) / size;
        if (entry.isType(SWAPPED_TO) || entry.isType(MARKED_AS)) {
            String kind = entry.isType(SWAPPED_TO) ? "swap" : "mark";
            attributes.put("type", number(target, "type"));
            boolean marker = number(target, "pages") == 0; // each entry of the run is the same
            if (target.hasProperty("kind")) {
                attributes.put("kind", target.getProperty("kind"));
            }
            attributes.put("offset", number(target, "offset") + (marker ? 0 : entriesOn));
            // Where the offset stands in an entry is the kernel's matter, so only the first is
            // known.
            String descriptor = entriesOn == 0 || marker ? Hex.of(raw) : null;
            return new Step(step, table, index + entriesOn, descriptor, kind, null, attributes);
        }
        return new Step(
                step,
                table,
                index + entriesOn,
                Hex.of(raw + entriesOn * size),
                "leaf",
                number(target, "pa") + into,
                attributes);
    }

    /** The relationship that stands for the address's entry, or for a run that it is in. */
    private static @Nullable Relationship entry(
            Node table, Geometry geometry, int level, long address) {
        long wanted = geometry.offsetInTable(level, address);
        // By offsets and not by addresses: a table that two trees share has the addresses of one.
        for (Relationship entry :
                table.getRelationships(Direction.OUTGOING, POINTS_TO, SWAPPED_TO, MARKED_AS)) {
            long first = geometry.offsetInTable(level, number(entry, "va"));
            if (isThere(entry)
                    && wanted >= first
                    && wanted - first < bytes(entry, geometry, level)) {
                return entry;
            }
        }
        return null;
    }

    private static long bytes(Relationship entry, Geometry geometry, int level) {
        if (entry.isType(SWAPPED_TO)) {
            return number(entry, "pages") * number(entry, "size");
        }
        return entry.getProperty("pages", null) instanceof Long pages
                ? pages * geometry.pageSize()
                : geometry.entrySpan(level);
    }

    private Node task(long pid) {
        try (ResourceIterator<Node> found =
                transaction.findNodes(Label.label(NodeLabel.TASK.text()), "pid", pid)) {
            while (found.hasNext()) {
                Node task = found.next();
                if (!task.hasLabel(Label.label(NodeLabel.REMOVED.text()))) {
                    return task;
                }
            }
            throw UserError.input("no task has the pid " + pid);
        }
    }

    /** A diff has what was removed too; its later side is walked. */
    private static boolean isThere(Relationship relationship) {
        return !Fate.REMOVED.text().equals(relationship.getProperty("fate", null));
    }

    private static Node userRoot(Node task, long pid) {
        Node mm = pointee(task, "field", "mm");
        if (mm == null) {
            throw UserError.input(
                    "the task with the pid "
                            + pid
                            + " has no address space of its own: it is a kernel thread, or ends");
        }
        Node root = pointee(mm, "field", "pgd");
        if (root == null) {
            throw UserError.input("the root table of the task with the pid " + pid + " is unknown");
        }
        return root;
    }

    private static Node kernelRoot(Node checkpoint) {
        Node root = pointee(checkpoint, "kind", RootKind.KERNEL.text());
        if (root == null) {
            throw UserError.input("the kernel's root table is unknown in this checkpoint");
        }
        return root;
    }

    private static @Nullable Node pointee(Node from, String key, String name) {
        for (Relationship pointer : from.getRelationships(Direction.OUTGOING, POINTS_TO)) {
            if (isThere(pointer) && name.equals(pointer.getProperty(key, null))) {
                return pointer.getEndNode();
            }
        }
        return null;
    }

    private static long number(org.neo4j.graphdb.Entity entity, String key) {
        return (Long) entity.getProperty(key);
    }
}
