package dev.tablewalk.cypher.procedure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.neo4j.graphdb.Direction;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.RelationshipType;

/**
 * Trees of page tables, downwards and upwards, at a cost that follows their tables and entries.
 * Where tables are shared a tree has more ways than tables: KASAN's shadow has one table under
 * thousands of entries, at each level. So a table is told of at {@value #MOST} places of a tree at
 * most.
 */
final class TableTree {
    /** Far more than a table of a sound guest has, but for what stands for nothing. */
    static final int MOST = 64;

    static final RelationshipType POINTS_TO = RelationshipType.withName("POINTS_TO");
    static final Label PAGE_TABLE = Label.label("PageTable");

    /** From the root; there are five levels at most. */
    private static final int DEEPEST = 4;

    private static final String LAST_LEVEL = "PTE";

    private TableTree() {}

    /**
     * Where in a tree a table is.
     *
     * @param moved how far its addresses are from those that its properties say
     * @param way the pointers from the root to it
     */
    record Place(Node table, long moved, List<Relationship> way) {}

    /**
     * Where a table is in the tree of someone.
     *
     * @param pointer to the root, from whose tree it is
     */
    record Origin(Relationship pointer, long moved, List<Relationship> way) {}

    /** All tables below a root, and it, in the order of their addresses. */
    static List<Place> below(Node root) {
        return below(root, null);
    }

    /**
     * Those that cover a part of a range of addresses.
     *
     * @param range null for all
     */
    static List<Place> below(Node root, @Nullable Range range) {
        Descent descent = new Descent(range);
        descent.into(root, 0, List.of());
        return descent.places;
    }

    /**
     * A range of addresses.
     *
     * @param to the address behind the last
     */
    record Range(long from, long to, Geometry geometry) {
        /** Whether what a table's entry covers, which begins at an address, is partly in it. */
        boolean has(Node table, long va) {
            long span = geometry.entrySpanOf(table.getProperty("level", null));
            return va < to && va + span > from;
        }
    }

    private static final class Descent {
        private final List<Place> places = new ArrayList<>();
        private final Map<Node, Integer> seen = new HashMap<>();
        private final @Nullable Range range;

        Descent(@Nullable Range range) {
            this.range = range;
        }

        void into(Node table, long moved, List<Relationship> way) {
            if (seen.merge(table, 1, Integer::sum) > MOST) {
                return;
            }
            places.add(new Place(table, moved, way));
            if (way.size() == DEEPEST || LAST_LEVEL.equals(table.getProperty("level", null))) {
                return;
            }
            for (Relationship entry : tables(table)) {
                boolean asked =
                        range == null
                                || !(entry.getProperty("va", null) instanceof Long va)
                                || range.has(table, va + moved);
                if (asked && isNew(entry.getEndNode(), way)) {
                    into(entry.getEndNode(), moved + moved(entry), with(way, entry));
                }
            }
        }
    }

    /** A table that a way goes through is not gone into again: it would lead there for ever. */
    private static boolean isNew(Node table, List<Relationship> way) {
        return way.stream()
                .noneMatch(
                        step ->
                                step.getStartNode().equals(table)
                                        || step.getEndNode().equals(table));
    }

    private static List<Relationship> tables(Node table) {
        List<Relationship> entries = new ArrayList<>();
        for (Relationship entry : table.getRelationships(Direction.OUTGOING, POINTS_TO)) {
            if (entry.getEndNode().hasLabel(PAGE_TABLE)) {
                entries.add(entry);
            }
        }
        entries.sort(Comparator.comparingLong(TableTree::index));
        return entries;
    }

    /** Whose trees lead to a table, and where in them it is. */
    static List<Origin> above(Node table) {
        return above(table, 0, new HashMap<>(), new HashSet<>());
    }

    private static List<Origin> above(
            Node table, int depth, Map<Node, List<Origin>> known, Set<Node> path) {
        List<Origin> there = known.get(table);
        if (there != null) {
            return there;
        }
        if (!path.add(table)) {
            return List.of();
        }
        List<Origin> origins = new ArrayList<>();
        List<Relationship> entries = new ArrayList<>();
        for (Relationship pointer : table.getRelationships(Direction.INCOMING, POINTS_TO)) {
            if (pointer.getStartNode().hasLabel(PAGE_TABLE)) {
                entries.add(pointer);
            } else {
                origins.add(new Origin(pointer, 0, List.of()));
            }
        }
        if (depth < DEEPEST) {
            entries.sort(Comparator.comparingLong(TableTree::index));
            Map<Relationship, Integer> seen = new HashMap<>();
            for (Relationship entry : entries) {
                long moved = moved(entry);
                for (Origin origin : above(entry.getStartNode(), depth + 1, known, path)) {
                    if (origin.way().size() < DEEPEST
                            && seen.merge(origin.pointer(), 1, Integer::sum) <= MOST) {
                        origins.add(
                                new Origin(
                                        origin.pointer(),
                                        origin.moved() + moved,
                                        with(origin.way(), entry)));
                    }
                }
            }
        }
        path.remove(table);
        known.put(table, origins);
        return origins;
    }

    /**
     * What an entry adds to {@link Place#moved}: the difference between where it leads to and where
     * that was found first.
     */
    static long moved(Relationship entry) {
        return entry.getProperty("va", null) instanceof Long there
                        && entry.getEndNode().getProperty("va", null) instanceof Long own
                ? there - own
                : 0;
    }

    private static long index(Relationship entry) {
        return entry.getProperty("index", null) instanceof Long index ? index : 0;
    }

    private static List<Relationship> with(List<Relationship> way, Relationship entry) {
        List<Relationship> longer = new ArrayList<>(way.size() + 1);
        longer.addAll(way);
        longer.add(entry);
        return longer;
    }

    /** The root of an address space, if it is known. */
    static @Nullable Node root(Node mm) {
        for (Relationship pointer : mm.getRelationships(Direction.OUTGOING, POINTS_TO)) {
            if ("pgd".equals(pointer.getProperty("field", null))) {
                return pointer.getEndNode();
            }
        }
        return null;
    }
}
