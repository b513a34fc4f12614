package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Clause.NodePattern;
import dev.tablewalk.cypher.memory.Clause.Path;
import dev.tablewalk.cypher.memory.Clause.RelationshipPattern;
import dev.tablewalk.cypher.memory.Flow.Term;
import dev.tablewalk.cypher.memory.Item.OfNode;
import dev.tablewalk.cypher.memory.Item.OfRelationship;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds patterns: from a node that is known already, else from those of a label, the rarest, along
 * the relationships of each.
 */
final class Matches {
    private final Compiler compiler;
    private final Expressions expressions;
    private final MemoryGraph graph;

    Matches(Compiler compiler, Expressions expressions, MemoryGraph graph) {
        this.compiler = compiler;
        this.expressions = expressions;
        this.graph = graph;
    }

    Compiler.Steps of(Clause.Match match, Scope scope) {
        Chain chain = new Chain(scope);
        match.paths().forEach(chain::add);
        Term where = expressions.term(match.where(), chain.scope);
        List<Hop> hops = chain.hops;
        int[] added = chain.added.stream().mapToInt(Integer::intValue).toArray();
        boolean optional = match.optional();
        return new Compiler.Steps(
                next ->
                        new Compiler.Through(next) {
                            @Override
                            public boolean row(@Nullable Object[] frame) {
                                if (!optional) {
                                    return match(hops, 0, frame, where, next);
                                }
                                boolean[] any = {false};
                                boolean go =
                                        match(
                                                hops,
                                                0,
                                                frame,
                                                where,
                                                row -> {
                                                    any[0] = true;
                                                    return next.row(row);
                                                });
                                if (any[0]) {
                                    return go;
                                }
                                for (int slot : added) {
                                    frame[slot] = null;
                                }
                                return next.row(frame);
                            }
                        },
                chain.scope);
    }

    private boolean match(List<Hop> hops, int i, @Nullable Object[] frame, Term where, Flow next) {
        if (i == hops.size()) {
            return !Operators.isTrue(where.of(frame)) || next.row(frame);
        }
        return hops.get(i).each(frame, row -> match(hops, i + 1, row, where, next));
    }

    /** A step of a pattern: gives each way to take it to what comes behind. */
    @FunctionalInterface
    private interface Hop {
        boolean each(@Nullable Object[] frame, Flow behind);
    }

    /** What a node or relationship must have. */
    private static final class Wanted {
        private final @Nullable Column[] nodeColumns;
        private final @Nullable Column column;
        private final Term value;

        Wanted(@Nullable Column[] nodeColumns, @Nullable Column column, Term value) {
            this.nodeColumns = nodeColumns;
            this.column = column;
            this.value = value;
        }
    }

    private Wanted[] wanted(Map<String, Expression> properties) {
        List<Wanted> wanted = new ArrayList<>();
        properties.forEach(
                (key, value) ->
                        wanted.add(
                                new Wanted(
                                        graph.nodeColumns(key),
                                        graph.relationshipColumn(key),
                                        expressions.term(value, Scope.EMPTY))));
        return wanted.toArray(Wanted[]::new);
    }

    /** The hops of a clause's patterns. */
    private final class Chain {
        private final List<Hop> hops = new ArrayList<>();
        private final List<Integer> added = new ArrayList<>();

        /** Relationships of this clause, none of which is another. */
        private final List<Integer> relationships = new ArrayList<>();

        private Scope scope;

        Chain(Scope scope) {
            this.scope = scope;
        }

        void add(Path path) {
            int start = start(path);
            int[] slots = new int[path.nodes().size()];
            slots[start] = begin(path.nodes().get(start));
            for (int i = start; i + 1 < slots.length; i++) {
                slots[i + 1] =
                        go(
                                slots[i],
                                path.relationships().get(i),
                                path.relationships().get(i).toRight(),
                                path.nodes().get(i + 1));
            }
            for (int i = start; i > 0; i--) {
                slots[i - 1] =
                        go(
                                slots[i],
                                path.relationships().get(i - 1),
                                !path.relationships().get(i - 1).toRight(),
                                path.nodes().get(i - 1));
            }
        }

        private int start(Path path) {
            int start = 0;
            long fewest = Long.MAX_VALUE;
            for (int i = 0; i < path.nodes().size(); i++) {
                NodePattern node = path.nodes().get(i);
                long count =
                        isKnown(node.variable())
                                ? -1
                                : node.anyLabel().isEmpty()
                                        ? graph.nodeCount()
                                        : node.anyLabel().stream()
                                                .mapToLong(
                                                        label -> graph.labelledNodes(label).length)
                                                .sum();
                if (count < fewest) {
                    fewest = count;
                    start = i;
                }
            }
            return start;
        }

        private boolean isKnown(@Nullable String variable) {
            return variable != null && scope.has(variable);
        }

        private int named(@Nullable String variable) {
            int slot = compiler.slot();
            added.add(slot);
            if (variable != null) {
                scope = scope.with(variable, slot);
            }
            return slot;
        }

        private int begin(NodePattern pattern) {
            boolean[] kinds = kinds(pattern);
            Wanted[] wanted = wanted(pattern.properties());
            if (pattern.variable() != null && scope.has(pattern.variable())) {
                int slot = scope.slot(pattern.variable());
                hops.add(
                        (frame, behind) ->
                                !(frame[slot] instanceof OfNode node)
                                        || !isWanted(node.number(), kinds, wanted)
                                        || behind.row(frame));
                return slot;
            }
            if (pattern.anyLabel().size() != 1) {
                throw new NotUnderstoodException("a pattern that begins at nodes of no one label");
            }
            int[] nodes = graph.labelledNodes(pattern.anyLabel().getFirst());
            int slot = named(pattern.variable());
            hops.add(
                    (frame, behind) -> {
                        for (int node : nodes) {
                            compiler.look();
                            if (isWanted(node, kinds, wanted)) {
                                frame[slot] = new OfNode(node);
                                if (!behind.row(frame)) {
                                    return false;
                                }
                            }
                        }
                        return true;
                    });
            return slot;
        }

        private boolean[] kinds(NodePattern pattern) {
            return pattern.anyLabel().isEmpty()
                    ? graph.anyKind()
                    : graph.kindsWith(pattern.anyLabel());
        }

        private int go(int from, RelationshipPattern way, boolean out, NodePattern to) {
            if (way.anyType().size() != 1 || isKnown(way.variable())) {
                throw new NotUnderstoodException("a relationship of no one type, or known");
            }
            int type = graph.typeNumber(way.anyType().getFirst());
            Wanted[] wanted = wanted(way.properties());
            int slot = named(way.variable());
            int[] others = relationships.stream().mapToInt(Integer::intValue).toArray();
            relationships.add(slot);
            boolean[] kinds = kinds(to);
            Wanted[] wantedThere = wanted(to.properties());
            boolean known = isKnown(to.variable());
            int there =
                    known && to.variable() != null
                            ? scope.slot(to.variable())
                            : named(to.variable());
            hops.add(
                    (frame, behind) -> {
                        if (!(frame[from] instanceof OfNode node)) {
                            return true;
                        }
                        int end = graph.first(node.number() + 1, out);
                        for (int i = graph.first(node.number(), out); i < end; i++) {
                            compiler.look();
                            int each = graph.at(i, out);
                            if (graph.typeOf(each) != type || !isWanted(each, wanted)) {
                                continue;
                            }
                            int other = out ? graph.to(each) : graph.from(each);
                            if ((known && !isNode(frame[there], other))
                                    || !isWanted(other, kinds, wantedThere)
                                    || isAmong(each, others, frame)) {
                                continue;
                            }
                            frame[slot] = new OfRelationship(each);
                            if (!known) {
                                frame[there] = new OfNode(other);
                            }
                            if (!behind.row(frame)) {
                                return false;
                            }
                        }
                        return true;
                    });
            return there;
        }
    }

    private static final @Nullable Object[] NO_FRAME = {};

    private boolean isWanted(int node, boolean[] kinds, Wanted[] wanted) {
        if (!kinds[graph.kindOf(node)]) {
            return false;
        }
        for (Wanted each : wanted) {
            if (!Operators.isTrue(
                    Operators.equal(
                            graph.ofNode(node, each.nodeColumns), each.value.of(NO_FRAME)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWanted(int relationship, Wanted[] wanted) {
        for (Wanted each : wanted) {
            if (each.column == null
                    || !Operators.isTrue(
                            Operators.equal(
                                    each.column.get(relationship), each.value.of(NO_FRAME)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNode(@Nullable Object value, int number) {
        return value instanceof OfNode node && node.number() == number;
    }

    private static boolean isAmong(int relationship, int[] slots, @Nullable Object[] frame) {
        for (int slot : slots) {
            if (frame[slot] instanceof OfRelationship other && other.number() == relationship) {
                return true;
            }
        }
        return false;
    }
}
