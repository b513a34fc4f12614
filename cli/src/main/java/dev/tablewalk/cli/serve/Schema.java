package dev.tablewalk.cli.serve;

import dev.tablewalk.cli.input.Vocabulary;
import java.util.List;
import java.util.Map;

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

    private Schema() {}

    static Map<String, List<String>> words() {
        return Map.of(
                "keywords", KEYWORDS,
                "functions", Vocabulary.functions().stream().map(name -> name + "(").toList(),
                "labels", Vocabulary.labels(true),
                "types", Vocabulary.types(),
                "properties", Vocabulary.properties("", true));
    }
}
