package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Expression.Binary;
import dev.tablewalk.cypher.memory.Flow.Term;
import dev.tablewalk.cypher.memory.Item.OfNode;
import dev.tablewalk.cypher.memory.Item.OfRelationship;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Makes terms of expressions, on one graph. */
final class Expressions {
    private final Compiler compiler;
    private final MemoryGraph graph;
    private final MemorySpaces spaces;

    Expressions(Compiler compiler, MemoryGraph graph) {
        this.compiler = compiler;
        this.graph = graph;
        this.spaces = graph.spaces();
    }

    Term term(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Literal literal -> _ -> literal.value();
            case Expression.Parameter parameter -> {
                Object value = compiler.parameter(parameter.name());
                yield _ -> value;
            }
            case Expression.Variable variable -> {
                int slot = scope.slot(variable.name());
                yield frame -> frame[slot];
            }
            case Expression.Property property ->
                    property(term(property.of(), scope), property.key());
            case Expression.HasLabel label -> hasLabel(term(label.of(), scope), label.anyOf());
            case Expression.Not not -> {
                Term of = term(not.of(), scope);
                yield frame -> of.of(frame) instanceof Boolean truth ? !truth : null;
            }
            case Expression.Minus minus -> {
                Term of = term(minus.of(), scope);
                yield frame -> Operators.arithmetic("-", 0L, of.of(frame));
            }
            case Expression.IsNull isNull -> {
                Term of = term(isNull.of(), scope);
                yield frame -> of.of(frame) == null;
            }
            case Binary binary ->
                    binary(
                            binary.operator(),
                            term(binary.left(), scope),
                            term(binary.right(), scope));
            case Expression.Call call -> call(call, scope);
            case Expression.ListOf list -> {
                List<Term> items = terms(list.items(), scope);
                yield frame -> values(items, frame);
            }
            case Expression.MapOf map -> map(map, scope);
            case Expression.At at -> at(term(at.list(), scope), term(at.index(), scope));
            case Expression.Slice slice ->
                    slice(
                            term(slice.list(), scope),
                            term(slice.from(), scope),
                            term(slice.to(), scope));
            case Expression.Case choice -> choice(choice, scope);
            case Expression.Quantified quantified -> quantified(quantified, scope);
            case Expression.Comprehension comprehension -> comprehension(comprehension, scope);
            case Expression.Reduce reduce -> reduce(reduce, scope);
            case Expression.Exists exists -> exists(compiler.steps(exists.rows(), scope).step());
            case Expression.Count count -> count(compiler.steps(count.rows(), scope).step());
        };
    }

    List<Term> terms(List<Expression> expressions, Scope scope) {
        return expressions.stream().map(each -> term(each, scope)).toList();
    }

    private static List<@Nullable Object> values(List<Term> terms, @Nullable Object[] frame) {
        @Nullable Object[] values = new @Nullable Object[terms.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = terms.get(i).of(frame);
        }
        return Arrays.asList(values);
    }

    private Term map(Expression.MapOf map, Scope scope) {
        Map<String, Term> entries = new LinkedHashMap<>();
        map.entries().forEach((key, value) -> entries.put(key, term(value, scope)));
        return frame -> {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            entries.forEach((key, value) -> values.put(key, value.of(frame)));
            return values;
        };
    }

    private Term property(Term of, String key) {
        @Nullable Column[] nodeColumns = graph.nodeColumns(key);
        Column column = graph.relationshipColumn(key);
        return frame ->
                switch (of.of(frame)) {
                    case null -> null;
                    case OfNode node -> graph.ofNode(node.number(), nodeColumns);
                    case OfRelationship of1 -> column == null ? null : column.get(of1.number());
                    case Map<?, ?> map -> map.get(key);
                    case Object other ->
                            throw new NotUnderstoodException("a property of " + other.getClass());
                };
    }

    private Term hasLabel(Term of, List<String> labels) {
        boolean[] has = graph.kindsWith(labels);
        return frame ->
                of.of(frame) instanceof OfNode node ? has[graph.kindOf(node.number())] : null;
    }

    private static Term binary(String operator, Term left, Term right) {
        return switch (operator) {
            case "AND" -> frame -> junction(left, right, frame, false);
            case "OR" -> frame -> junction(left, right, frame, true);
            case "=" -> frame -> Operators.equal(left.of(frame), right.of(frame));
            case "<>" -> frame -> not(Operators.equal(left.of(frame), right.of(frame)));
            case "<" -> compared(left, right, sign -> sign < 0);
            case "<=" -> compared(left, right, sign -> sign <= 0);
            case ">" -> compared(left, right, sign -> sign > 0);
            case ">=" -> compared(left, right, sign -> sign >= 0);
            case "IN" -> frame -> Operators.in(left.of(frame), right.of(frame));
            case "STARTS" -> texts(left, right, String::startsWith);
            case "ENDS" -> texts(left, right, String::endsWith);
            case "CONTAINS" -> texts(left, right, String::contains);
            default -> frame -> Operators.arithmetic(operator, left.of(frame), right.of(frame));
        };
    }

    /** AND, which one false decides, and OR, which one true does. */
    private static @Nullable Boolean junction(
            Term left, Term right, @Nullable Object[] frame, boolean deciding) {
        Object one = left.of(frame);
        if (one instanceof Boolean truth && truth == deciding) {
            return deciding;
        }
        Object other = right.of(frame);
        if (other instanceof Boolean truth && truth == deciding) {
            return deciding;
        }
        return (one == null || other == null) ? null : (Boolean) !deciding;
    }

    private static @Nullable Boolean not(@Nullable Boolean truth) {
        return truth == null ? null : (Boolean) !truth;
    }

    private static Term texts(Term left, Term right, BiPredicate<String, String> holds) {
        return frame ->
                (left.of(frame) instanceof String text && right.of(frame) instanceof String part)
                        ? holds.test(text, part)
                        : null;
    }

    private static Term compared(Term left, Term right, IntPredicate holds) {
        return frame -> {
            Integer sign = Operators.compare(left.of(frame), right.of(frame));
            return sign == null ? null : (Boolean) holds.test(sign);
        };
    }

    private static Term at(Term list, Term index) {
        return frame -> {
            Object of = list.of(frame);
            Object place = index.of(frame);
            if (of == null || place == null) {
                return null;
            }
            List<?> items = Operators.list(of);
            long i = Operators.integer(place);
            i = i < 0 ? i + items.size() : i;
            return i >= 0 && i < items.size() ? items.get((int) i) : null;
        };
    }

    private static Term slice(Term list, Term from, Term to) {
        return frame -> {
            Object of = list.of(frame);
            if (of == null) {
                return null;
            }
            List<?> items = Operators.list(of);
            long begin = Operators.integer(from.of(frame));
            long end = Operators.integer(to.of(frame));
            if (begin < 0 || end < 0) {
                throw new NotUnderstoodException("places from the end of a list");
            }
            end = Math.min(end, items.size());
            return begin >= end ? List.of() : items.subList((int) begin, (int) end);
        };
    }

    private Term choice(Expression.Case choice, Scope scope) {
        Term test = choice.test() == null ? null : term(choice.test(), scope);
        Term[] conditions = new Term[choice.whens().size()];
        Term[] values = new Term[conditions.length];
        for (int i = 0; i < conditions.length; i++) {
            conditions[i] = term(choice.whens().get(i).condition(), scope);
            values[i] = term(choice.whens().get(i).value(), scope);
        }
        Term otherwise = term(choice.otherwise(), scope);
        return frame -> {
            Object tested = test == null ? null : test.of(frame);
            for (int i = 0; i < conditions.length; i++) {
                Object condition = conditions[i].of(frame);
                if (Operators.isTrue(
                        test == null ? condition : Operators.equal(tested, condition))) {
                    return values[i].of(frame);
                }
            }
            return otherwise.of(frame);
        };
    }

    private Term quantified(Expression.Quantified quantified, Scope scope) {
        int slot = compiler.slot();
        Term list = term(quantified.list(), scope);
        Term where = term(quantified.where(), scope.with(quantified.variable(), slot));
        boolean none = quantified.quantifier().equals("none");
        boolean deciding = !quantified.quantifier().equals("all");
        return frame -> {
            Object of = list.of(frame);
            if (of == null) {
                return null;
            }
            Boolean result = !deciding;
            for (Object each : Operators.list(of)) {
                frame[slot] = each;
                Object holds = where.of(frame);
                if (holds == null) {
                    result = null;
                } else if (Operators.isTrue(holds) == deciding) {
                    result = deciding;
                    break;
                }
            }
            return result == null ? null : (Boolean) (result != none);
        };
    }

    private Term comprehension(Expression.Comprehension comprehension, Scope scope) {
        int slot = compiler.slot();
        Scope inner = scope.with(comprehension.variable(), slot);
        Term list = term(comprehension.list(), scope);
        Term where = term(comprehension.where(), inner);
        Term gives =
                comprehension.gives() == null
                        ? frame -> frame[slot]
                        : term(comprehension.gives(), inner);
        return frame -> {
            Object of = list.of(frame);
            if (of == null) {
                return null;
            }
            List<@Nullable Object> given = new ArrayList<>();
            for (Object each : Operators.list(of)) {
                frame[slot] = each;
                if (Operators.isTrue(where.of(frame))) {
                    given.add(gives.of(frame));
                }
            }
            return given;
        };
    }

    private Term reduce(Expression.Reduce reduce, Scope scope) {
        int sum = compiler.slot();
        int slot = compiler.slot();
        Term first = term(reduce.first(), scope);
        Term list = term(reduce.list(), scope);
        Term gives =
                term(reduce.gives(), scope.with(reduce.sum(), sum).with(reduce.variable(), slot));
        return frame -> {
            Object of = list.of(frame);
            return of == null ? null : reduced(of, first.of(frame), frame, sum, slot, gives);
        };
    }

    private static @Nullable Object reduced(
            Object list,
            @Nullable Object first,
            @Nullable Object[] frame,
            int sum,
            int slot,
            Term gives) {
        frame[sum] = first;
        for (Object each : Operators.list(list)) {
            frame[slot] = each;
            frame[sum] = gives.of(frame);
        }
        return frame[sum];
    }

    private static Term exists(Flow.Step rows) {
        return frame -> {
            boolean[] found = {false};
            Flow flow =
                    rows.into(
                            _ -> {
                                found[0] = true;
                                return false;
                            });
            flow.row(frame);
            if (!found[0]) {
                flow.end(frame);
            }
            return found[0];
        };
    }

    private static Term count(Flow.Step rows) {
        return frame -> {
            long[] count = {0};
            Flow flow =
                    rows.into(
                            _ -> {
                                count[0]++;
                                return true;
                            });
            flow.row(frame);
            flow.end(frame);
            return count[0];
        };
    }

    private Term call(Expression.Call call, Scope scope) {
        List<Term> arguments = terms(call.arguments(), scope);
        if (call.distinct()) {
            throw new NotUnderstoodException("DISTINCT in " + call.function());
        }
        if (call.function().equals("coalesce")) {
            return frame -> {
                for (Term each : arguments) {
                    Object value = each.of(frame);
                    if (value != null) {
                        return value;
                    }
                }
                return null;
            };
        }
        int given = arguments.size();
        Term one = given > 0 ? arguments.get(0) : _ -> null;
        Term two = given > 1 ? arguments.get(1) : _ -> null;
        Term three = given > 2 ? arguments.get(2) : _ -> null;
        return switch (call.function() + "/" + given) {
            case "size/1" ->
                    frame ->
                            switch (one.of(frame)) {
                                case null -> null;
                                case String text -> (long) text.codePointCount(0, text.length());
                                case Object list -> (long) Operators.list(list).size();
                            };
            case "head/1" ->
                    frame ->
                            one.of(frame) instanceof List<?> list && !list.isEmpty()
                                    ? list.getFirst()
                                    : null;
            case "range/2" ->
                    frame ->
                            range(
                                    Operators.integer(one.of(frame)),
                                    Operators.integer(two.of(frame)));
            case "substring/3" ->
                    frame ->
                            one.of(frame) instanceof String text
                                    ? substring(
                                            text,
                                            Operators.integer(two.of(frame)),
                                            Operators.integer(three.of(frame)))
                                    : null;
            case "split/2" ->
                    frame ->
                            one.of(frame) instanceof String text
                                            && two.of(frame) instanceof String by
                                    ? split(text, by)
                                    : null;
            case "endnode/1" ->
                    frame ->
                            one.of(frame) instanceof OfRelationship pointer
                                    ? spaces.target(pointer)
                                    : null;
            case "tw.moved/1" -> frame -> one.of(frame) instanceof List<?> way ? moved(way) : null;
            case "tw.owner/1" ->
                    frame -> one.of(frame) instanceof OfNode mm ? spaces.owner(mm) : null;
            case "tw.vmas/2" ->
                    frame ->
                            one.of(frame) instanceof OfNode mm && two.of(frame) instanceof Long va
                                    ? spaces.vmas(mm, va)
                                    : null;
            default -> throw new NotUnderstoodException(call.function());
        };
    }

    private long moved(List<?> way) {
        long moved = 0;
        for (Object step : way) {
            if (!(step instanceof OfRelationship pointer)) {
                throw new NotUnderstoodException("a way of something else");
            }
            moved += spaces.trees().moved(pointer);
        }
        return moved;
    }

    private static List<Long> range(long from, long to) {
        List<Long> numbers = new ArrayList<>();
        for (long i = from; i <= to; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    private static String substring(String text, long from, long length) {
        int all = text.codePointCount(0, text.length());
        int begin = Math.clamp(from, 0, all);
        int end = Math.clamp(begin + length, begin, all);
        return text.substring(text.offsetByCodePoints(0, begin), text.offsetByCodePoints(0, end));
    }

    private static List<String> split(String text, String by) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(by); at >= 0; at = text.indexOf(by, from)) {
            parts.add(text.substring(from, at));
            from = at + by.length();
        }
        parts.add(text.substring(from));
        return parts;
    }
}
