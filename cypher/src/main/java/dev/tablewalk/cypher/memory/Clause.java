package dev.tablewalk.cypher.memory;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Clauses of a question, as they are written. */
sealed interface Clause {
    Expression TRUE = new Expression.Literal(true);

    record Match(boolean optional, List<Path> paths, Expression where) implements Clause {}

    /** Nodes and the relationships between them, one fewer. */
    record Path(List<NodePattern> nodes, List<RelationshipPattern> relationships) {}

    record NodePattern(
            @Nullable String variable, List<String> anyLabel, Map<String, Expression> properties) {}

    record RelationshipPattern(
            @Nullable String variable,
            List<String> anyType,
            Map<String, Expression> properties,
            boolean toRight) {}

    record Unwind(Expression list, String as) implements Clause {}

    record CallProcedure(String name, List<Expression> arguments, List<Yield> yields)
            implements Clause {}

    record Yield(String column, String as) {}

    /**
     * A question within a question, asked for each row.
     *
     * @param imports the variables that it sees
     */
    record Subquery(boolean optional, List<String> imports, List<Clause> clauses)
            implements Clause {}

    /** {@code WITH} and {@code RETURN}. */
    record Projection(boolean distinct, List<Item> items, List<Expression> order, Expression where)
            implements Clause {
        record Item(Expression value, String as) {}
    }
}
