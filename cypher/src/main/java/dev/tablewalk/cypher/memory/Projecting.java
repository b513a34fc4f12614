package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Clause.Projection;
import dev.tablewalk.cypher.memory.Flow.Step;
import dev.tablewalk.cypher.memory.Flow.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code WITH} and {@code RETURN}: what they give on, in groups, without what is there twice,
 * sorted.
 */
final class Projecting {
    private final Compiler compiler;
    private final Expressions expressions;
    private final Projection projection;
    private final Scope before;

    /** Rows that wait for each other to be sorted; Neo4j sorts more. */
    private static final int MOST_SORTED = 500_000;

    private final List<Grouped> aggregates = new ArrayList<>();
    private final int[] slots;
    private Scope after = Scope.EMPTY;

    private record Grouped(Expression.Call call, int slot, @Nullable Term argument) {
        Aggregate begin() {
            return Aggregate.of(call.function(), call.distinct());
        }
    }

    Projecting(Compiler compiler, Expressions expressions, Projection projection, Scope before) {
        this.compiler = compiler;
        this.expressions = expressions;
        this.projection = projection;
        this.before = before;
        slots = new int[projection.items().size()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = compiler.slot();
            after = after.with(projection.items().get(i).as(), slots[i]);
        }
    }

    Compiler.Steps steps() {
        List<Term> keys = new ArrayList<>();
        List<Integer> keySlots = new ArrayList<>();
        List<Term> results = new ArrayList<>();
        List<Integer> resultSlots = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            Expression value = projection.items().get(i).value();
            int known = aggregates.size();
            Scope named = Scope.EMPTY;
            Expression over = aggregated(value);
            if (aggregates.size() == known) {
                keys.add(expressions.term(value, before));
                keySlots.add(slots[i]);
                continue;
            }
            for (Grouped each : aggregates) {
                named = named.with(name(each.slot), each.slot);
            }
            results.add(expressions.term(over, named));
            resultSlots.add(slots[i]);
        }
        boolean grouping = !aggregates.isEmpty();
        boolean waits = !projection.order().isEmpty();
        Scope seen = grouping || projection.distinct() ? after : before.with(after);
        List<Term> order = expressions.terms(projection.order(), seen);
        Term where = expressions.term(projection.where(), waits ? after : seen);
        Step filter = where(where);
        Step sort = waits ? sort(order) : next -> next;
        Step distinct = projection.distinct() ? distinct() : next -> next;
        Step project =
                grouping ? group(keys, ints(keySlots), results, ints(resultSlots)) : project(keys);
        return new Compiler.Steps(
                next -> project.into(distinct.into(sort.into(filter.into(next)))), after);
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A variable that no question can name. */
    private static String name(int slot) {
        return "#" + slot;
    }

    /** The expression with a variable in the place of each aggregate, which are noted. */
    private Expression aggregated(Expression value) {
        return switch (value) {
            case Expression.Call call when Aggregate.FUNCTIONS.contains(call.function()) -> {
                int slot = compiler.slot();
                if (call.arguments().size() > 1) {
                    throw new NotUnderstoodException(call.function());
                }
                Term argument =
                        call.arguments().isEmpty()
                                ? null
                                : expressions.term(call.arguments().getFirst(), before);
                aggregates.add(new Grouped(call, slot, argument));
                yield new Expression.Variable(name(slot));
            }
            case Expression.Binary binary ->
                    new Expression.Binary(
                            binary.operator(),
                            aggregated(binary.left()),
                            aggregated(binary.right()));
            default -> value;
        };
    }

    private Step project(List<Term> values) {
        int count = slots.length;
        return next ->
                new Compiler.Through(next) {
                    @Override
                    public boolean row(@Nullable Object[] frame) {
                        for (int i = 0; i < count; i++) {
                            frame[slots[i]] = values.get(i).of(frame);
                        }
                        return next.row(frame);
                    }
                };
    }

    private Step group(List<Term> keys, int[] keySlots, List<Term> results, int[] resultSlots) {
        return next ->
                new Flow() {
                    private final Map<List<@Nullable Object>, Aggregate[]> groups =
                            new LinkedHashMap<>();

                    @Override
                    public boolean row(@Nullable Object[] frame) {
                        @Nullable Object[] key = new @Nullable Object[keySlots.length];
                        for (int i = 0; i < key.length; i++) {
                            key[i] = keys.get(i).of(frame);
                        }
                        Aggregate[] group =
                                groups.computeIfAbsent(Arrays.asList(key), _ -> begin());
                        for (int i = 0; i < group.length; i++) {
                            Term argument = aggregates.get(i).argument;
                            group[i].take(argument == null ? (Boolean) true : argument.of(frame));
                        }
                        return true;
                    }

                    @Override
                    public void end(@Nullable Object[] frame) {
                        if (keySlots.length == 0 && groups.isEmpty()) {
                            groups.put(List.of(), begin());
                        }
                        for (Map.Entry<List<@Nullable Object>, Aggregate[]> each :
                                groups.entrySet()) {
                            for (int i = 0; i < keySlots.length; i++) {
                                frame[keySlots[i]] = each.getKey().get(i);
                            }
                            for (int i = 0; i < aggregates.size(); i++) {
                                frame[aggregates.get(i).slot] = each.getValue()[i].result();
                            }
                            for (int i = 0; i < resultSlots.length; i++) {
                                frame[resultSlots[i]] = results.get(i).of(frame);
                            }
                            if (!next.row(frame)) {
                                return;
                            }
                        }
                        next.end(frame);
                    }
                };
    }

    private Aggregate[] begin() {
        return aggregates.stream().map(Grouped::begin).toArray(Aggregate[]::new);
    }

    private @Nullable Object[] projected(@Nullable Object[] frame) {
        @Nullable Object[] values = new @Nullable Object[slots.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = frame[slots[i]];
        }
        return values;
    }

    private Step distinct() {
        return next ->
                new Compiler.Through(next) {
                    private final Set<List<@Nullable Object>> known = new HashSet<>();

                    @Override
                    public boolean row(@Nullable Object[] frame) {
                        return !known.add(Arrays.asList(projected(frame))) || next.row(frame);
                    }
                };
    }

    private static final class Sorted {
        private final @Nullable Object[] keys;
        private final @Nullable Object[] values;

        Sorted(@Nullable Object[] keys, @Nullable Object[] values) {
            this.keys = keys;
            this.values = values;
        }
    }

    private Step sort(List<Term> order) {
        return next ->
                new Flow() {
                    private final List<Sorted> rows = new ArrayList<>();

                    @Override
                    public boolean row(@Nullable Object[] frame) {
                        @Nullable Object[] keys = new @Nullable Object[order.size()];
                        for (int i = 0; i < keys.length; i++) {
                            keys[i] = order.get(i).of(frame);
                        }
                        Question.requireRoom(rows.size(), MOST_SORTED);
                        rows.add(new Sorted(keys, projected(frame)));
                        return true;
                    }

                    @Override
                    public void end(@Nullable Object[] frame) {
                        rows.sort(Projecting::compare);
                        for (Sorted row : rows) {
                            for (int i = 0; i < slots.length; i++) {
                                frame[slots[i]] = row.values[i];
                            }
                            if (!next.row(frame)) {
                                return;
                            }
                        }
                        next.end(frame);
                    }
                };
    }

    private static int compare(Sorted one, Sorted other) {
        for (int i = 0; i < one.keys.length; i++) {
            int compared = Operators.ORDER.compare(one.keys[i], other.keys[i]);
            if (compared != 0) {
                return compared;
            }
        }
        return 0;
    }

    private static Step where(Term where) {
        return next ->
                new Compiler.Through(next) {
                    @Override
                    public boolean row(@Nullable Object[] frame) {
                        return !Operators.isTrue(where.of(frame)) || next.row(frame);
                    }
                };
    }
}
