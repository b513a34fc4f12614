package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSchema.ValueType;
import dev.tablewalk.graph.GraphSink;
import dev.tablewalk.graph.PropertySink;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the tables of one checkpoint side by side, whichever row comes next. Memory: a row group
 * for each table at most.
 */
public final class CheckpointWriter implements GraphSink, AutoCloseable {
    private final Path folder;
    private final long firstId;
    private final Map<String, List<Column>> columns;
    private final Map<String, TableFile> files = new TreeMap<>();
    private final Map<Set<String>, Labelled> byLabels = new HashMap<>();
    private final Map<Ends, TableFile> byEnds = new HashMap<>();
    private final ZstdCodecs codecs = new ZstdCodecs();
    private TableFile begun;
    private Set<String> lastLabels = Set.of();
    private @Nullable Labelled lastTable;
    private Ends lastEnds = new Ends("", Set.of(), Set.of());
    private @Nullable TableFile lastFile;

    /** What Neo4j's importer has between labels, as it takes no list of them. */
    private static final String BETWEEN_LABELS = ";";

    private record Labelled(TableFile file, List<String> labels, String joined) {}

    private record Ends(String type, Set<String> from, Set<String> to) {
        /** Whether they are these very objects, as they are again and again in a scan. */
        @SuppressWarnings("ReferenceEquality")
        boolean are(String itsType, Set<String> itsFrom, Set<String> itsTo) {
            return type == itsType && from == itsFrom && to == itsTo;
        }
    }

    /**
     * Begins.
     *
     * @param folder that takes the files
     * @param firstId {@code id} of the node with number 0; the others follow
     * @param columns of each table that the graph has
     */
    @SuppressWarnings("NullAway.Init") // a row begins before it ends
    CheckpointWriter(Path folder, long firstId, Map<String, List<Column>> columns) {
        this.folder = folder;
        this.firstId = firstId;
        this.columns = columns;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a scan has one object for all nodes of a kind
    public PropertySink node(int number, Set<String> labels) throws IOException {
        Labelled table = lastTable;
        if (table == null || labels != lastLabels) {
            table = table(labels);
            lastTable = table;
            lastLabels = labels;
        }
        begun = table.file;
        begun.put("id", firstId + number);
        begun.put("labels", table.labels);
        begun.put("labels_joined", table.joined);
        return begun;
    }

    private Labelled table(Set<String> labels) throws IOException {
        Labelled table = byLabels.get(labels);
        if (table == null) {
            TableFile file = file(TableName.of(TableName.kind(labels)));
            table = new Labelled(file, List.copyOf(labels), String.join(BETWEEN_LABELS, labels));
            byLabels.put(labels, table);
        }
        return table;
    }

    @Override
    public PropertySink relationship(
            String type, int from, Set<String> fromLabels, int to, Set<String> toLabels)
            throws IOException {
        TableFile file = lastFile;
        if (file == null || !lastEnds.are(type, fromLabels, toLabels)) {
            lastEnds = new Ends(type, fromLabels, toLabels);
            file = file(lastEnds);
            lastFile = file;
        }
        begun = file;
        file.put("from_id", firstId + from);
        file.put("to_id", firstId + to);
        return file;
    }

    private TableFile file(Ends ends) throws IOException {
        TableFile file = byEnds.get(ends);
        if (file == null) {
            file =
                    file(
                            TableName.of(
                                    TableName.kind(ends.from), ends.type, TableName.kind(ends.to)));
            byEnds.put(ends, file);
        }
        return file;
    }

    private TableFile file(String table) throws IOException {
        TableFile file = files.get(table);
        return file != null ? file : create(table, columns(table));
    }

    private List<Column> columns(String table) {
        List<Column> its = columns.get(table);
        if (its == null) {
            throw unknown(table);
        }
        return its;
    }

    /** What is said of a store that holds more than this version knows. */
    static UserError unknown(String what) {
        return UserError.input(
                "the checkpoint has "
                        + what
                        + ", which this tablewalk does not know: export it with the one that made"
                        + " it, or ingest its image again");
    }

    private TableFile create(String table, List<Column> its) throws IOException {
        TableFile file = new TableFile(folder.resolve(table + ".parquet"), table, its, codecs);
        files.put(table, file);
        return file;
    }

    @Override
    public void end() throws IOException {
        begun.end();
    }

    /** The {@code id} of the node with number 0; the others follow. */
    public long firstId() {
        return firstId;
    }

    /** A table that is derived from the graph and has many rows: of each what it has is put. */
    public RowWriter rows(DerivedTable table) throws IOException {
        return create(table.tableName(), table.columns());
    }

    /** A table that is derived from the graph. */
    public RowSink table(DerivedTable table) throws IOException {
        TableFile file = create(table.tableName(), table.columns());
        return values -> {
            for (int i = 0; i < values.length; i++) {
                put(file, table.columns().get(i), values[i]);
            }
            file.end();
        };
    }

    private static void put(TableFile file, Column column, Object value) {
        if (value == null) {
            return;
        }
        if (column.type() == ValueType.INTEGER) {
            file.put(column.name(), ((Number) value).longValue());
        } else if (column.type() == ValueType.BOOLEAN) {
            file.put(column.name(), (boolean) (Boolean) value);
        } else {
            file.put(column.name(), (String) value);
        }
    }

    /** Ends all files; returns the rows of each table. */
    Map<String, Long> finish() throws IOException {
        Map<String, Long> rows = new TreeMap<>();
        for (Map.Entry<String, TableFile> each : files.entrySet()) {
            each.getValue().close();
            rows.put(each.getKey(), each.getValue().rows());
        }
        files.clear();
        return rows;
    }

    /** Lets go of files that were not ended. */
    @Override
    public void close() {
        for (TableFile file : files.values()) {
            try {
                file.close();
            } catch (IOException | RuntimeException e) {
                // The folder is given up.
            }
        }
        files.clear();
        codecs.close();
    }
}
