package dev.tablewalk.cli.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tablewalk.cypher.Checkpoint;
import dev.tablewalk.cypher.NodeValue;
import dev.tablewalk.cypher.RelationshipValue;
import dev.tablewalk.cypher.Rows;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.dataset.DerivedTable;
import dev.tablewalk.fleet.engine.DuckDb;
import dev.tablewalk.fleet.engine.SqlRows;
import dev.tablewalk.graph.GraphSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A checkpoint in a data set, held against its store: by DuckDB the one, by Cypher the other. */
final class SameTables {
    private static final Set<String> DERIVED =
            Arrays.stream(DerivedTable.values())
                    .map(DerivedTable::tableName)
                    .collect(Collectors.toSet());

    private final DataSet.Manifest exported;
    private final DuckDb engine;
    private final Map<String, List<String>> inStore = new TreeMap<>();

    private SameTables(DataSet.Manifest exported, DuckDb engine) {
        this.exported = exported;
        this.engine = engine;
    }

    /** Fails unless each node and relationship is there, with each property, and nothing else. */
    static void assertSame(DataSet.Manifest exported, DuckDb engine, Checkpoint checkpoint) {
        SameTables same = new SameTables(exported, engine);
        same.readStore(checkpoint);
        Set<String> tables = new HashSet<>(exported.rows().keySet());
        tables.removeAll(DERIVED);
        assertEquals(same.inStore.keySet(), tables);
        same.inStore.forEach(
                (table, rows) -> {
                    List<String> read = same.inTable(table);
                    assertEquals((long) exported.rows().getOrDefault(table, 0L), read.size());
                    Collections.sort(rows);
                    Collections.sort(read);
                    // Not as a whole: a message of megabytes helps nobody.
                    assertEquals(rows.size(), read.size(), table);
                    for (int i = 0; i < rows.size(); i++) {
                        assertEquals(rows.get(i), read.get(i), table);
                    }
                });
        assertTrue(same.inStore.size() > 5, "hardly anything");
    }

    private void readStore(Checkpoint checkpoint) {
        Map<Long, String> kinds = new HashMap<>();
        try (Rows rows = checkpoint.query("MATCH (n) RETURN id(n), n", Map.of())) {
            while (rows.hasNext()) {
                List<@Nullable Object> row = rows.next();
                long id = (Long) value(row.get(0));
                NodeValue node = (NodeValue) value(row.get(1));
                String kind = kind(node.labels());
                kinds.put(id, kind);
                Map<String, Object> values = new TreeMap<>(node.properties());
                values.put("id", id);
                values.put("labels", node.labels().stream().sorted().toList());
                values.put("labels_joined", String.join(";", node.labels()));
                add(kind, values);
            }
        }
        String all = "MATCH (a)-[r]->(b) RETURN id(a), r, id(b)";
        try (Rows rows = checkpoint.query(all, Map.of())) {
            while (rows.hasNext()) {
                List<@Nullable Object> row = rows.next();
                long from = (Long) value(row.get(0));
                RelationshipValue link = (RelationshipValue) value(row.get(1));
                long to = (Long) value(row.get(2));
                Map<String, Object> values = new TreeMap<>(link.properties());
                values.put("from_id", from);
                values.put("to_id", to);
                String type = link.type().toLowerCase(Locale.ROOT);
                add(kinds.get(from) + "_" + type + "_" + kinds.get(to), values);
            }
        }
    }

    private static Object value(@Nullable Object value) {
        return Objects.requireNonNull(value);
    }

    private void add(String table, Map<String, Object> values) {
        inStore.computeIfAbsent(table, _ -> new ArrayList<>()).add(values.toString());
    }

    /** {@code PageTable} as {@code page_table}; said here once more, so that it is not believed. */
    private static String kind(List<String> labels) {
        String label =
                GraphSchema.NODES.stream()
                        .map(node -> node.label().text())
                        .filter(labels::contains)
                        .findFirst()
                        .orElseThrow();
        String snake = label.replaceAll("(.)([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        return snake.equals("check") ? "diff_check" : snake;
    }

    private List<String> inTable(String table) {
        long first = (long) exported.ordinal() << 40;
        List<String> all = new ArrayList<>();
        try (SqlRows rows =
                engine.query(
                        "SELECT t.* FROM "
                                + table
                                + " t JOIN parameter p ON t.checkpoint = p.name"
                                + (table.equals("checkpoint") ? "" : " AND t.guest = p.guest"),
                        Map.of("name", exported.checkpoint(), "guest", exported.guest()))) {
            while (rows.hasNext()) {
                List<@Nullable Object> row = rows.next();
                Map<String, Object> values = new TreeMap<>();
                for (int i = 0; i < row.size(); i++) {
                    String column = rows.columns().get(i);
                    Object cell = row.get(i);
                    boolean ofAll =
                            column.equals("checkpoint")
                                    || (column.equals("guest") && !table.equals("checkpoint"));
                    if (cell == null || ofAll) {
                        continue;
                    }
                    boolean id = List.of("id", "from_id", "to_id").contains(column);
                    values.put(column, id ? (Long) cell - first : cell);
                }
                all.add(values.toString());
            }
        }
        return all;
    }
}
