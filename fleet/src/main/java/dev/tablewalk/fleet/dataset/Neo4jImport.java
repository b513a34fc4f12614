package dev.tablewalk.fleet.dataset;

import dev.tablewalk.graph.GraphSchema;
import dev.tablewalk.graph.RelationshipType;
import dev.tablewalk.graph.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Neo4j's importer needs besides the tables of a graph: a header for each, which says what its
 * columns are to Neo4j, a file of arguments, and what to do once a server runs on the result: make
 * the indexes, and set the texts that are empty, which the importer takes for missing. Each node
 * has the label of its checkpoint too.
 *
 * <p>Source: Neo4j Operations Manual, "Import header format", extended header support for Parquet.
 */
public final class Neo4jImport {
    /** In the data set's folder; to those that read tables it is no data. */
    private static final String FOLDER = "_neo4j-admin";

    private static final String ARGUMENTS = "import.args";
    private static final String AFTER = "after.cypher";

    /** What a path may not have: the importer's lists, and files of arguments, have no escape. */
    private static final String SPECIAL = ",\"'\\\n\r";

    private static final Map<String, Kind> KINDS = kinds();

    private final DataSet of;
    private final String labelPrefix;
    private final Path folder;

    /**
     * The import of a data set.
     *
     * @param labelPrefix what the label of a checkpoint's nodes begins with, before its name
     * @throws UserError if the path of the data set cannot be said to the importer
     */
    public Neo4jImport(DataSet of, String labelPrefix) {
        this.of = of;
        this.labelPrefix = labelPrefix;
        folder = of.folder().resolve(FOLDER);
        if (folder.toString().chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0)) {
            throw UserError.input(
                    folder
                            + " has a comma, quote or backslash in it, which Neo4j's importer does"
                            + " not take in paths: export to another folder");
        }
    }

    /** What the rows of a table are: relationships of a type, or, where that is null, nodes. */
    private record Kind(GraphSchema.Node from, @Nullable RelationshipType type) {}

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new TreeMap<>();
        for (GraphSchema.Node from : GraphSchema.NODES) {
            kinds.put(TableName.of(from), new Kind(from, null));
            for (RelationshipType type : RelationshipType.values()) {
                for (GraphSchema.Node to : GraphSchema.NODES) {
                    kinds.put(TableName.of(from, type.name(), to), new Kind(from, type));
                }
            }
        }
        return kinds;
    }

    /**
     * Writes it for some of the data set's checkpoints, in the place of what was there.
     *
     * @return the file of arguments
     */
    public Path write(List<DataSet.Manifest> checkpoints) throws IOException {
        return new WholeFolder(folder)
                .write(
                        made -> {
                            List<String> arguments = new ArrayList<>();
                            List<String> after = indexes();
                            arguments.add("--input-type=parquet");
                            arguments.add("--id-type=integer");
                            arguments.add("--path-pattern-style=none");
                            for (DataSet.Manifest each : checkpoints) {
                                write(each, made, arguments, after);
                            }
                            Files.write(
                                    made.resolve(ARGUMENTS),
                                    arguments.stream().map(each -> '"' + each + '"').toList());
                            Files.write(made.resolve(AFTER), after);
                            return folder.resolve(ARGUMENTS);
                        });
    }

    private void write(
            DataSet.Manifest checkpoint, Path made, List<String> arguments, List<String> after)
            throws IOException {
        Path tables = of.folder(checkpoint.guest(), checkpoint.checkpoint());
        for (String table : checkpoint.rows().keySet()) {
            Kind kind = KINDS.get(table);
            if (kind == null) {
                continue; // it is derived
            }
            Path file = tables.resolve(table + ".parquet");
            String header = checkpoint.ordinal() + "-" + table + ".csv";
            TableFooter footer = TableFooter.of(file);
            Files.write(made.resolve(header), header(file, footer.columns()));
            String label = '`' + labelPrefix + checkpoint.checkpoint() + '`';
            for (String column : footer.empty()) {
                if (footer.missing().contains(column)) {
                    throw UserError.input(
                            checkpoint.checkpoint()
                                    + " has texts that are empty in "
                                    + table
                                    + "."
                                    + column
                                    + ", and some that are missing, which Neo4j's importer does not"
                                    + " tell apart: use tablewalk push");
                }
                after.add(setEmpty(label, kind, column));
            }
            arguments.add(
                    (kind.type == null
                                    ? "--nodes=" + labelPrefix + checkpoint.checkpoint()
                                    : "--relationships=" + kind.type)
                            + "="
                            + folder.resolve(header)
                            + ","
                            + file);
        }
    }

    /** Two lines: what the columns are to Neo4j, and what they are called in the file. */
    private static List<String> header(Path file, List<Column> of) {
        List<String> names = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (Column column : of) {
            if (column.name().equals("labels")) {
                continue; // a list, of which it would make one label
            }
            names.add(
                    switch (column.name()) {
                        case "id" -> ":ID";
                        case "labels_joined" -> ":LABEL";
                        case "from_id" -> ":START_ID";
                        case "to_id" -> ":END_ID";
                        default -> column.name() + ":" + type(column);
                    });
            columns.add(column.name());
        }
        if (names.contains(":ID") && !names.contains(":LABEL")) {
            throw UserError.input(
                    file + " was written by an older tablewalk: export it again, with --force");
        }
        return List.of(String.join(",", names), String.join(",", columns));
    }

    private static String type(Column column) {
        return switch (column.type()) {
            case INTEGER -> "long";
            case BOOLEAN -> "boolean";
            case TEXT -> "string";
            case TEXTS -> "string[]";
            case ANY -> throw new IllegalArgumentException(column + " has no type");
        };
    }

    private static String setEmpty(String label, Kind kind, String property) {
        String labels = ":" + label + ":" + kind.from.label().text();
        String pattern =
                kind.type == null
                        ? "(e" + labels + ")"
                        : "(" + labels + ")-[e:" + kind.type + "]->()";
        return String.format(
                "MATCH %s WHERE e.%s IS NULL CALL (e) { SET e.%2$s = '' } IN TRANSACTIONS;",
                pattern, property);
    }

    /** In Cypher, as {@code cypher-shell -f} takes it. */
    private static List<String> indexes() {
        List<String> statements = new ArrayList<>();
        GraphSchema.INDEXES.stream()
                .map(
                        index ->
                                String.format(
                                        "CREATE INDEX IF NOT EXISTS FOR (n:%s) ON (n.%s);",
                                        index.label().text(), index.property()))
                .forEach(statements::add);
        return statements;
    }
}
