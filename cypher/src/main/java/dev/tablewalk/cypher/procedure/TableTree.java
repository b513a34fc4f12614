package dev.tablewalk.cypher.procedure;

import dev.tablewalk.cypher.procedure.PointerGraph.Property;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trees of page tables, downwards and upwards, at a cost that follows their tables and entries.
 * Where tables are shared a tree has more ways than tables: KASAN's shadow has one table under
 * thousands of entries, at each level. So a table is told of at {@value #MOST} places of a tree at
 * most.
 *
 * @param <N> a node of the graph that they are in
 * @param <R> a pointer of it
 */
public final class TableTree<N, R> {
    /** Far more than a table of a sound guest has, but for what stands for nothing. */
    static final int MOST = 64;

    /** From the root; there are five levels at most. */
    private static final int DEEPEST = 4;

    private static final String LAST_LEVEL = "PTE";

    private final PointerGraph<N, R> graph;
    private final Property<N> levelOf;
    private final Property<N> addressOf;
    private final Property<R> addressIn;
    private final Property<R> indexOf;

    /** The trees of a graph. */
    public TableTree(PointerGraph<N, R> graph) {
        this.graph = graph;
        levelOf = graph.ofNodes("level");
        addressOf = graph.ofNodes("va");
        addressIn = graph.ofPointers("va");
        indexOf = graph.ofPointers("index");
    }

    /**
     * Where in a tree a table is.
     *
     * @param moved how far its addresses are from those that its properties say
     * @param way the pointers from the root to it
     */
    public record Place<N, R>(N table, long moved, List<R> way) {}

    /**
     * Where a table is in the tree of someone.
     *
     * @param pointer to the root, from whose tree it is
     */
    public record Origin<R>(R pointer, long moved, List<R> way) {}

    /** All tables below a root, and it, in the order of their addresses. */
    public List<Place<N, R>> below(N root) {
        return below(root, null);
    }

    /**
     * Those that cover a part of a range of addresses.
     *
     * @param range null for all
     */
    public List<Place<N, R>> below(N root, @Nullable Range range) {
        Descent descent = new Descent(range);
        descent.into(root, 0, List.of());
        return descent.places;
    }

    /**
     * A range of addresses.
     *
     * @param to the address behind the last
     */
    public record Range(long from, long to, Geometry geometry) {
        /**
         * Whether what an entry of a table of a level covers, from an address on, is partly in it.
         */
        boolean has(@Nullable Object level, long va) {
            return va < to && va + geometry.entrySpanOf(level) > from;
        }
    }

    private final class Descent {
        private final List<Place<N, R>> places = new ArrayList<>();
        private final Map<N, Integer> seen = new HashMap<>();
        private final @Nullable Range range;

        Descent(@Nullable Range range) {
            this.range = range;
        }

        void into(N table, long moved, List<R> way) {
            if (seen.merge(table, 1, Integer::sum) > MOST) {
                return;
            }
            places.add(new Place<>(table, moved, way));
            Object level = levelOf.of(table);
            if (way.size() == DEEPEST || LAST_LEVEL.equals(level)) {
                return;
            }
            for (R entry : tables(table)) {
                boolean asked =
                        range == null
                                || !(addressIn.of(entry) instanceof Long va)
                                || range.has(level, va + moved);
                if (asked && isNew(graph.target(entry), way)) {
                    into(graph.target(entry), moved + moved(entry), with(way, entry));
                }
            }
        }
    }

    /** A table that a way goes through is not gone into again: it would lead there for ever. */
    private boolean isNew(N table, List<R> way) {
        for (R step : way) {
            if (graph.source(step).equals(table) || graph.target(step).equals(table)) {
                return false;
            }
        }
        return true;
    }

    private List<R> tables(N table) {
        List<R> entries = new ArrayList<>();
        for (R entry : graph.pointersFrom(table)) {
            if (graph.isTable(graph.target(entry))) {
                entries.add(entry);
            }
        }
        entries.sort(Comparator.comparingLong(this::index));
        return entries;
    }

    /** Whose trees lead to a table, and where in them it is. */
    public List<Origin<R>> above(N table) {
        return above(table, 0, new HashMap<>(), new HashSet<>());
    }

    private List<Origin<R>> above(N table, int depth, Map<N, List<Origin<R>>> known, Set<N> path) {
        List<Origin<R>> there = known.get(table);
        if (there != null) {
            return there;
        }
        if (!path.add(table)) {
            return List.of();
        }
        List<Origin<R>> origins = new ArrayList<>();
        List<R> entries = new ArrayList<>();
        for (R pointer : graph.pointersTo(table)) {
            if (graph.isTable(graph.source(pointer))) {
                entries.add(pointer);
            } else {
                origins.add(new Origin<>(pointer, 0, List.of()));
            }
        }
        if (depth < DEEPEST) {
            entries.sort(Comparator.comparingLong(this::index));
            Map<R, Integer> seen = new HashMap<>();
            for (R entry : entries) {
                long moved = moved(entry);
                for (Origin<R> origin : above(graph.source(entry), depth + 1, known, path)) {
                    if (origin.way().size() < DEEPEST
                            && seen.merge(origin.pointer(), 1, Integer::sum) <= MOST) {
                        origins.add(
                                new Origin<>(
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
    public long moved(R entry) {
        return addressIn.of(entry) instanceof Long there
                        && addressOf.of(graph.target(entry)) instanceof Long own
                ? there - own
                : 0;
    }

    private long index(R entry) {
        return indexOf.of(entry) instanceof Long index ? index : 0;
    }

    private static <R> List<R> with(List<R> way, R entry) {
        List<R> longer = new ArrayList<>(way.size() + 1);
        longer.addAll(way);
        longer.add(entry);
        return longer;
    }
}
