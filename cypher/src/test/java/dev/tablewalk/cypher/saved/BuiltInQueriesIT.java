package dev.tablewalk.cypher.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.cypher.StoreHome;
import dev.tablewalk.cypher.load.SmallGraph;
import dev.tablewalk.graph.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every query that comes with tablewalk, asked of a small graph. */
class BuiltInQueriesIT {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // set in load()
    static Checkpoint checkpoint;

    @BeforeAll
    static void load() {
        StoreHome.at(home).load("small", SmallGraph.named("small"), Progress.NONE);
        checkpoint = StoreHome.at(home).open("small");
    }

    @AfterAll
    static void close() {
        checkpoint.close();
    }

    static List<String> ids() {
        return QueryLibrary.builtIn().all().stream().map(SavedQuery::id).toList();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void returnsTheColumnsThatItDeclares(String id) {
        SavedQuery query = QueryLibrary.builtIn().get(id);
        Map<String, String> given =
                query.parameters().stream()
                        .filter(parameter -> parameter.standard() == null)
                        .collect(
                                Collectors.toMap(
                                        SavedQuery.Parameter::name,
                                        parameter -> anyOf(parameter.type())));
        try (Rows rows = checkpoint.query(query.cypher(), query.values(given))) {
            assertEquals(query.columnNames(), rows.columns());
            rows.forEachRemaining(row -> assertEquals(query.columns().size(), row.size()));
        }
    }

    @Test
    void theExampleInTheDocumentIsOne() throws IOException {
        String document = Files.readString(Path.of("../docs/saved-queries.md"));
        int begin = document.indexOf("```cypher\n") + 10;
        SavedQuery example =
                SavedQueryFile.parse(
                        "docs/saved-queries.md",
                        "large_tables.cypher",
                        "own",
                        "docs/saved-queries.md",
                        document.substring(begin, document.indexOf("```", begin)));
        try (Rows rows = checkpoint.query(example.cypher(), example.values(Map.of()))) {
            assertEquals(example.columnNames(), rows.columns());
        }
    }

    private static String anyOf(ParameterType type) {
        return switch (type) {
            case INTEGER -> "1";
            case TEXT -> "x";
            case BOOLEAN -> "true";
            case FLOAT -> "0.5";
            case LIST -> "[]";
        };
    }
}
