package dev.tablewalk.cypher.memory;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Expressions of a question, as they are written. */
sealed interface Expression {
    record Literal(@Nullable Object value) implements Expression {}

    record Parameter(String name) implements Expression {}

    record Variable(String name) implements Expression {}

    record Property(Expression of, String key) implements Expression {}

    record HasLabel(Expression of, List<String> anyOf) implements Expression {}

    record Not(Expression of) implements Expression {}

    record Minus(Expression of) implements Expression {}

    record IsNull(Expression of) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** Of a function; also of those that aggregate. */
    record Call(String function, boolean distinct, List<Expression> arguments)
            implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record MapOf(Map<String, Expression> entries) implements Expression {}

    record At(Expression list, Expression index) implements Expression {}

    record Slice(Expression list, Expression from, Expression to) implements Expression {}

    /** Of the form without a test, conditions are truth values. */
    record Case(@Nullable Expression test, List<When> whens, Expression otherwise)
            implements Expression {}

    record When(Expression condition, Expression value) {}

    /** {@code any}, {@code all} or {@code none}. */
    record Quantified(String quantifier, String variable, Expression list, Expression where)
            implements Expression {}

    record Comprehension(
            String variable, Expression list, Expression where, @Nullable Expression gives)
            implements Expression {}

    record Reduce(String sum, Expression first, String variable, Expression list, Expression gives)
            implements Expression {}

    record Exists(List<Clause> rows) implements Expression {}

    record Count(List<Clause> rows) implements Expression {}
}
