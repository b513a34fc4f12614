package dev.tablewalk.cli.serve;

import dev.tablewalk.graph.GraphSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The words that a question can be made of, for an editor to complete. */
final class Schema {
    private static final List<String> KEYWORDS =
            List.of(
                    "MATCH",
                    "OPTIONAL MATCH",
                    "WHERE",
                    "RETURN",
                    "WITH",
                    "UNWIND",
                    "CALL",
                    "YIELD",
                    "ORDER BY",
                    "LIMIT",
                    "SKIP",
                    "DISTINCT",
                    "AS",
                    "AND",
                    "OR",
                    "NOT",
                    "XOR",
                    "IN",
                    "IS NULL",
                    "IS NOT NULL",
                    "STARTS WITH",
                    "ENDS WITH",
                    "CONTAINS",
                    "CASE",
                    "WHEN",
                    "THEN",
                    "ELSE",
                    "END",
                    "EXISTS",
                    "COUNT",
                    "UNION",
                    "DESC",
                    "ASC",
                    "EXPLAIN",
                    "PROFILE",
                    "true",
                    "false",
                    "null");

    private static final List<String> FUNCTIONS =
            List.of(
                    "count(",
                    "collect(",
                    "sum(",
                    "avg(",
                    "min(",
                    "max(",
                    "size(",
                    "head(",
                    "last(",
                    "coalesce(",
                    "labels(",
                    "type(",
                    "properties(",
                    "keys(",
                    "nodes(",
                    "relationships(",
                    "length(",
                    "range(",
                    "reduce(",
                    "toInteger(",
                    "toString(",
                    "substring(",
                    "split(",
                    "replace(",
                    "abs(",
                    "round(",
                    "startNode(",
                    "endNode(",
                    "tw.hex(",
                    "tw.addr(",
                    "tw.size(",
                    "tw.pa(",
                    "tw.perms(",
                    "tw.moved(",
                    "tw.walk(");

    private Schema() {}

    static Map<String, List<String>> words() {
        return Map.of(
                "keywords", KEYWORDS,
                "functions", FUNCTIONS,
                "labels",
                        sorted(
                                Stream.concat(
                                        GraphSchema.NODES.stream().map(node -> node.label().text()),
                                        Stream.of(
                                                "Root",
                                                "Candidate",
                                                "Added",
                                                "Removed",
                                                "Changed"))),
                "types",
                        sorted(
                                GraphSchema.RELATIONSHIPS.stream()
                                        .map(relationship -> relationship.type().name())),
                "properties",
                        sorted(
                                Stream.of(
                                                GraphSchema.NODES.stream()
                                                        .map(GraphSchema.Node::properties),
                                                GraphSchema.RELATIONSHIPS.stream()
                                                        .map(GraphSchema.Relationship::properties),
                                                Stream.of(GraphSchema.OF_DIFFS))
                                        .flatMap(all -> all)
                                        .flatMap(List::stream)
                                        .map(GraphSchema.Property::key)
                                        .filter(key -> !key.endsWith("*"))));
    }

    private static List<String> sorted(Stream<String> words) {
        return words.distinct().sorted().toList();
    }
}
