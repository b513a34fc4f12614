package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Flow.Step;
import dev.tablewalk.cypher.memory.Flow.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes steps of a question's clauses, on one graph. */
final class Compiler {
    /** What is looked at between two questions whether to go on. */
    private static final int OFTEN = 1 << 12;

    private final Map<String, Object> parameters;
    private final Runnable going;
    private final Expressions expressions;
    private final Matches matches;
    private final Procedures procedures;
    private int slots;
    private int looked;

    /**
     * A compiler of one question.
     *
     * @param going asked now and then; throws if the question is to end
     */
    Compiler(MemoryGraph graph, Map<String, Object> parameters, Runnable going) {
        this.parameters = parameters;
        this.going = going;
        expressions = new Expressions(this, graph);
        matches = new Matches(this, expressions, graph);
        procedures = new Procedures(graph.spaces());
    }

    /** Clauses made into one step, and the variables that are seen behind them. */
    record Steps(Step step, Scope scope) {}

    /** Something is looked at; now and then it is asked whether to go on. */
    void look() {
        if (looked++ % OFTEN == 0) {
            going.run();
        }
    }

    /** A new slot of the frame. */
    int slot() {
        return slots++;
    }

    /** How large the frame is; known when all is compiled. */
    int slots() {
        return slots;
    }

    Object parameter(String name) {
        Object value = parameters.get(name);
        if (value == null) {
            throw new NotUnderstoodException("the parameter " + name);
        }
        return value;
    }

    Steps steps(List<Clause> clauses, Scope scope) {
        List<Step> steps = new ArrayList<>();
        for (Clause clause : clauses) {
            Steps next = step(clause, scope);
            steps.add(next.step);
            scope = next.scope;
        }
        return new Steps(
                last -> {
                    Flow flow = last;
                    for (Step step : steps.reversed()) {
                        flow = step.into(flow);
                    }
                    return flow;
                },
                scope);
    }

    private Steps step(Clause clause, Scope scope) {
        return switch (clause) {
            case Clause.Match match -> matches.of(match, scope);
            case Clause.Unwind unwind -> {
                int slot = slot();
                yield new Steps(
                        unwind(expressions.term(unwind.list(), scope), slot),
                        scope.with(unwind.as(), slot));
            }
            case Clause.CallProcedure call -> call(call, scope);
            case Clause.Subquery subquery -> subquery(subquery, scope);
            case Clause.Projection projection ->
                    new Projecting(this, expressions, projection, scope).steps();
        };
    }

    private static Step unwind(Term list, int slot) {
        return next ->
                new Through(next) {
                    @Override
                    public boolean row(@Nullable Object[] frame) {
                        Object of = list.of(frame);
                        if (of == null) {
                            return true;
                        }
                        for (Object each : of instanceof List<?> many ? many : List.of(of)) {
                            frame[slot] = each;
                            if (!next.row(frame)) {
                                return false;
                            }
                        }
                        return true;
                    }
                };
    }

    private Steps call(Clause.CallProcedure call, Scope scope) {
        List<Term> arguments = expressions.terms(call.arguments(), scope);
        Procedures.Procedure procedure = procedures.of(call.name(), arguments.size());
        int[] columns = new int[call.yields().size()];
        int[] slots = new int[columns.length];
        Scope after = scope;
        for (int i = 0; i < columns.length; i++) {
            Clause.Yield yield = call.yields().get(i);
            columns[i] = procedure.columns().indexOf(yield.column());
            slots[i] = slot();
            after = after.with(yield.as(), slots[i]);
            if (columns[i] < 0) {
                throw new NotUnderstoodException("the column " + yield.column());
            }
        }
        return new Steps(
                next ->
                        new Through(next) {
                            @Override
                            public boolean row(@Nullable Object[] frame) {
                                @Nullable Object[] given = new @Nullable Object[arguments.size()];
                                for (int i = 0; i < given.length; i++) {
                                    given[i] = arguments.get(i).of(frame);
                                }
                                return procedure
                                        .rows()
                                        .call(
                                                given,
                                                row -> {
                                                    look();
                                                    for (int i = 0; i < slots.length; i++) {
                                                        frame[slots[i]] = row[columns[i]];
                                                    }
                                                    return next.row(frame);
                                                });
                            }
                        },
                after);
    }

    private Steps subquery(Clause.Subquery subquery, Scope scope) {
        Scope imported = Scope.EMPTY;
        for (String name : subquery.imports()) {
            imported = imported.with(name, scope.slot(name));
        }
        Steps inner = steps(subquery.clauses(), imported);
        int[] given = inner.scope.slots();
        return new Steps(
                next ->
                        new Through(next) {
                            @Override
                            public boolean row(@Nullable Object[] frame) {
                                boolean[] any = {false};
                                boolean[] go = {true};
                                Flow flow =
                                        inner.step.into(
                                                row -> {
                                                    any[0] = true;
                                                    go[0] = next.row(row);
                                                    return go[0];
                                                });
                                flow.row(frame);
                                if (go[0]) {
                                    flow.end(frame);
                                }
                                if (!any[0] && subquery.optional()) {
                                    for (int slot : given) {
                                        frame[slot] = null;
                                    }
                                    return next.row(frame);
                                }
                                return go[0];
                            }
                        },
                scope.with(inner.scope));
    }

    /** A flow that has nothing of its own to do at the end. */
    abstract static class Through implements Flow {
        private final Flow next;

        Through(Flow next) {
            this.next = next;
        }

        @Override
        public void end(@Nullable Object[] frame) {
            next.end(frame);
        }
    }
}
