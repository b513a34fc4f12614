package dev.tablewalk.cypher.memory;

import dev.tablewalk.cypher.memory.Clause.NodePattern;
import dev.tablewalk.cypher.memory.Clause.Path;
import dev.tablewalk.cypher.memory.Clause.Projection;
import dev.tablewalk.cypher.memory.Clause.RelationshipPattern;
import dev.tablewalk.cypher.memory.Words.Kind;
import dev.tablewalk.cypher.memory.Words.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a question. What is not in the part of Cypher that it knows it does not guess at: {@link
 * NotUnderstoodException}.
 */
final class Parser {
    private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");
    private static final Set<String> QUANTIFIERS = Set.of("any", "all", "none");

    private final List<Word> words;
    private int at;

    private Parser(String cypher) {
        words = Words.of(cypher);
    }

    static List<Clause> parse(String cypher) {
        Parser parser = new Parser(cypher);
        List<Clause> clauses = parser.clauses();
        if (parser.word().kind() != Kind.END
                || !(clauses.getLast() instanceof Projection)
                || !parser.endsWithReturn) {
            throw parser.notUnderstood();
        }
        return clauses;
    }

    private boolean endsWithReturn;

    private Word word() {
        return words.get(at);
    }

    private NotUnderstoodException notUnderstood() {
        return new NotUnderstoodException("'" + word().text() + "', word " + at);
    }

    private boolean is(int ahead, String text) {
        Word word = words.get(Math.min(at + ahead, words.size() - 1));
        return switch (word.kind()) {
            case NAME -> word.text().equalsIgnoreCase(text);
            case SIGN -> word.text().equals(text);
            default -> false;
        };
    }

    private boolean is(String text) {
        return is(0, text);
    }

    private boolean take(String... texts) {
        for (int i = 0; i < texts.length; i++) {
            if (!is(i, texts[i])) {
                return false;
            }
        }
        at += texts.length;
        return true;
    }

    private void require(String text) {
        if (!take(text)) {
            throw notUnderstood();
        }
    }

    private String name() {
        if (word().kind() != Kind.NAME) {
            throw notUnderstood();
        }
        return words.get(at++).text();
    }

    private List<Clause> clauses() {
        List<Clause> clauses = new ArrayList<>();
        endsWithReturn = false;
        while (!endsWithReturn && word().kind() != Kind.END && !is("}")) {
            clauses.add(clause());
        }
        if (clauses.isEmpty()) {
            throw notUnderstood();
        }
        return clauses;
    }

    private Clause clause() {
        if (take("OPTIONAL", "MATCH")) {
            return match(true);
        }
        if (take("MATCH")) {
            return match(false);
        }
        if (take("UNWIND")) {
            Expression list = expression();
            require("AS");
            return new Clause.Unwind(list, name());
        }
        if (take("OPTIONAL", "CALL")) {
            return subquery(true);
        }
        if (take("CALL")) {
            return is("(") || is("{") ? subquery(false) : procedure();
        }
        if (take("WITH")) {
            return projection();
        }
        if (take("RETURN")) {
            Projection projection = projection();
            endsWithReturn = true;
            return projection;
        }
        throw notUnderstood();
    }

    private Clause match(boolean optional) {
        List<Path> paths = new ArrayList<>();
        do {
            paths.add(path());
        } while (take(","));
        return new Clause.Match(optional, paths, where());
    }

    private Expression where() {
        return take("WHERE") ? expression() : Clause.TRUE;
    }

    private Path path() {
        List<NodePattern> nodes = new ArrayList<>();
        List<RelationshipPattern> relationships = new ArrayList<>();
        nodes.add(node());
        while (is("-") || is("<-")) {
            relationships.add(relationship());
            nodes.add(node());
        }
        return new Path(nodes, relationships);
    }

    private NodePattern node() {
        require("(");
        NodePattern node = new NodePattern(variable(), labels(), properties());
        require(")");
        return node;
    }

    private RelationshipPattern relationship() {
        boolean toLeft = take("<-");
        if (!toLeft) {
            require("-");
        }
        require("[");
        String variable = variable();
        List<String> types = labels();
        Map<String, Expression> properties = properties();
        require("]");
        require(toLeft ? "-" : "->");
        return new RelationshipPattern(variable, types, properties, !toLeft);
    }

    private @Nullable String variable() {
        return word().kind() == Kind.NAME ? name() : null;
    }

    /** None if there is no colon. */
    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        if (take(":")) {
            do {
                labels.add(name());
            } while (take("|"));
            if (is(":") || is("&")) {
                throw notUnderstood();
            }
        }
        return labels;
    }

    private Map<String, Expression> properties() {
        return is("{") ? map() : Map.of();
    }

    private Map<String, Expression> map() {
        Map<String, Expression> entries = new LinkedHashMap<>();
        require("{");
        do {
            String key = name();
            require(":");
            entries.put(key, expression());
        } while (take(","));
        require("}");
        return entries;
    }

    private Clause procedure() {
        StringBuilder name = new StringBuilder(name());
        while (take(".")) {
            name.append('.').append(name());
        }
        require("(");
        List<Expression> arguments = arguments();
        List<Clause.Yield> yields = new ArrayList<>();
        require("YIELD");
        do {
            String column = name();
            yields.add(new Clause.Yield(column, take("AS") ? name() : column));
        } while (take(","));
        if (is("WHERE")) {
            throw notUnderstood();
        }
        return new Clause.CallProcedure(name.toString(), arguments, yields);
    }

    /** Behind the parenthesis. */
    private List<Expression> arguments() {
        List<Expression> arguments = new ArrayList<>();
        if (take(")")) {
            return arguments;
        }
        do {
            arguments.add(expression());
        } while (take(","));
        require(")");
        return arguments;
    }

    private Clause subquery(boolean optional) {
        List<String> imports = new ArrayList<>();
        boolean listed = take("(");
        if (listed && !take(")")) {
            do {
                imports.add(name());
            } while (take(","));
            require(")");
        }
        require("{");
        if (!listed && take("WITH")) {
            do {
                imports.add(name());
            } while (take(","));
        }
        List<Clause> clauses = clauses();
        if (!endsWithReturn) {
            throw notUnderstood();
        }
        endsWithReturn = false;
        require("}");
        return new Clause.Subquery(optional, imports, clauses);
    }

    private Projection projection() {
        boolean distinct = take("DISTINCT");
        List<Projection.Item> items = new ArrayList<>();
        do {
            Expression value = expression();
            if (take("AS")) {
                items.add(new Projection.Item(value, name()));
            } else if (value instanceof Expression.Variable variable) {
                items.add(new Projection.Item(value, variable.name()));
            } else {
                throw notUnderstood();
            }
        } while (take(","));
        List<Expression> order = new ArrayList<>();
        if (take("ORDER", "BY")) {
            do {
                order.add(expression());
            } while (take(","));
        }
        for (String other : List.of("SKIP", "OFFSET", "LIMIT", "ASC", "DESC", "UNION")) {
            if (is(other)) {
                throw notUnderstood();
            }
        }
        return new Projection(distinct, items, order, where());
    }

    private Expression expression() {
        Expression left = and();
        while (take("OR")) {
            left = new Expression.Binary("OR", left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (take("AND")) {
            left = new Expression.Binary("AND", left, not());
        }
        return left;
    }

    private Expression not() {
        return take("NOT") ? new Expression.Not(not()) : comparison();
    }

    private Expression comparison() {
        Expression left = predicate();
        if (word().kind() != Kind.SIGN || !COMPARISONS.contains(word().text())) {
            return left;
        }
        String operator = words.get(at++).text();
        Expression compared = new Expression.Binary(operator, left, predicate());
        if (word().kind() == Kind.SIGN && COMPARISONS.contains(word().text())) {
            throw notUnderstood();
        }
        return compared;
    }

    private Expression predicate() {
        Expression left = sum();
        while (true) {
            if (take("IN")) {
                left = new Expression.Binary("IN", left, sum());
            } else if (take("STARTS", "WITH")) {
                left = new Expression.Binary("STARTS", left, sum());
            } else if (take("ENDS", "WITH")) {
                left = new Expression.Binary("ENDS", left, sum());
            } else if (take("CONTAINS")) {
                left = new Expression.Binary("CONTAINS", left, sum());
            } else if (take("IS", "NULL")) {
                left = new Expression.IsNull(left);
            } else if (take("IS", "NOT", "NULL")) {
                left = new Expression.Not(new Expression.IsNull(left));
            } else {
                return left;
            }
        }
    }

    private Expression sum() {
        Expression left = product();
        while (is("+") || is("-")) {
            String operator = words.get(at++).text();
            left = new Expression.Binary(operator, left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = power();
        while (is("*") || is("/") || is("%")) {
            String operator = words.get(at++).text();
            left = new Expression.Binary(operator, left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary();
        while (take("^")) {
            left = new Expression.Binary("^", left, unary());
        }
        return left;
    }

    private Expression unary() {
        return take("-") ? new Expression.Minus(unary()) : postfix();
    }

    private Expression postfix() {
        Expression of = primary();
        while (true) {
            if (take(".")) {
                of = new Expression.Property(of, name());
            } else if (is(":")) {
                of = new Expression.HasLabel(of, labels());
            } else if (take("[")) {
                Expression from = expression();
                if (take("..")) {
                    of = new Expression.Slice(of, from, expression());
                } else {
                    of = new Expression.At(of, from);
                }
                require("]");
            } else {
                return of;
            }
        }
    }

    private Expression primary() {
        Word word = word();
        return switch (word.kind()) {
            case NUMBER -> {
                at++;
                yield new Expression.Literal(number(word.text()));
            }
            case TEXT -> {
                at++;
                yield new Expression.Literal(word.text());
            }
            case SIGN -> sign();
            case NAME -> named();
            case END -> throw notUnderstood();
        };
    }

    private Long number(String text) {
        try {
            return text.startsWith("0x") ? Long.valueOf(text.substring(2), 16) : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw notUnderstood();
        }
    }

    private Expression sign() {
        if (take("(")) {
            Expression in = expression();
            require(")");
            return in;
        }
        if (take("$")) {
            return new Expression.Parameter(name());
        }
        if (is("{")) {
            return new Expression.MapOf(map());
        }
        require("[");
        if (word().kind() == Kind.NAME && is(1, "IN")) {
            return comprehension();
        }
        List<Expression> items = new ArrayList<>();
        if (take("]")) {
            return new Expression.ListOf(items);
        }
        do {
            items.add(expression());
        } while (take(","));
        require("]");
        return new Expression.ListOf(items);
    }

    private Expression comprehension() {
        String variable = name();
        require("IN");
        Expression list = expression();
        Expression where = where();
        Expression gives = take("|") ? expression() : null;
        require("]");
        return new Expression.Comprehension(variable, list, where, gives);
    }

    private Expression named() {
        if (take("CASE")) {
            return choice();
        }
        if (take("EXISTS", "{")) {
            return new Expression.Exists(rows());
        }
        if (take("COUNT", "{")) {
            return new Expression.Count(rows());
        }
        if (is("true") || is("false")) {
            return new Expression.Literal(Boolean.valueOf(name().toLowerCase(Locale.ROOT)));
        }
        if (take("null")) {
            return new Expression.Literal(null);
        }
        int begin = at;
        StringBuilder name = new StringBuilder(name());
        while (is(".") && words.get(at + 1).kind() == Kind.NAME) {
            at++;
            name.append('.').append(name());
        }
        if (take("(")) {
            return call(name.toString());
        }
        at = begin;
        return new Expression.Variable(name());
    }

    private Expression call(String name) {
        String function = name.toLowerCase(Locale.ROOT);
        if (QUANTIFIERS.contains(function)) {
            String variable = name();
            require("IN");
            Expression list = expression();
            require("WHERE");
            Expression where = expression();
            require(")");
            return new Expression.Quantified(function, variable, list, where);
        }
        if (function.equals("reduce")) {
            String sum = name();
            require("=");
            Expression first = expression();
            require(",");
            String variable = name();
            require("IN");
            Expression list = expression();
            require("|");
            Expression gives = expression();
            require(")");
            return new Expression.Reduce(sum, first, variable, list, gives);
        }
        if (function.equals("count") && take("*")) {
            require(")");
            return new Expression.Call("count", false, List.of());
        }
        return new Expression.Call(function, take("DISTINCT"), arguments());
    }

    private Expression choice() {
        Expression test = is("WHEN") ? null : expression();
        List<Expression.When> whens = new ArrayList<>();
        while (take("WHEN")) {
            Expression condition = expression();
            require("THEN");
            whens.add(new Expression.When(condition, expression()));
        }
        Expression otherwise = take("ELSE") ? expression() : new Expression.Literal(null);
        require("END");
        return new Expression.Case(test, whens, otherwise);
    }

    /** What stands in the braces of EXISTS and COUNT: a pattern, or clauses. */
    private List<Clause> rows() {
        boolean outer = endsWithReturn;
        List<Clause> clauses = is("MATCH") ? clauses() : List.of(match(false));
        endsWithReturn = outer;
        require("}");
        return clauses;
    }
}
