package dev.tablewalk.fleet.engine;

import dev.tablewalk.fleet.dataset.Column;
import dev.tablewalk.fleet.dataset.DataSet;
import dev.tablewalk.fleet.dataset.SchemaTables;
import dev.tablewalk.graph.UserError;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks a data set on this machine: DuckDB, in this process, on all processors. Each table is a view
 * of the files of all checkpoints; nothing is copied, and nothing written.
 */
public final class DuckDb implements Engine {
    private static final String URL = "jdbc:duckdb:";

    private final Connection connection;

    private DuckDb(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens a data set. Costs a look at its folders, not at its files.
     *
     * @throws UserError if there is no DuckDB on the class path, or no data set
     */
    public static DuckDb open(DataSet data) {
        List<DataSet.Manifest> exported = data.list();
        if (exported.isEmpty()) {
            throw UserError.input(
                    "no checkpoints in "
                            + data.folder()
                            + ": tablewalk export NAME --format parquet -o "
                            + data.folder()
                            + " puts one there");
        }
        Views.requireNoPattern(data.folder().toString());
        Set<String> tables = new TreeSet<>();
        exported.forEach(each -> tables.addAll(each.rows().keySet()));
        DuckDb opened = new DuckDb(connect());
        try {
            opened.execute("SET autoinstall_known_extensions = false");
            opened.execute("SET TimeZone = 'UTC'");
            Set<String> all = new TreeSet<>(SchemaTables.ALL.keySet());
            all.addAll(tables);
            for (String table : all) {
                opened.execute(
                        "CREATE VIEW "
                                + table
                                + " AS "
                                + view(data.folder(), table, tables.contains(table)));
            }
            // A question reads the data set, and nothing else.
            opened.execute(
                    "SET allowed_directories = [" + Views.text(data.folder().toString()) + "]");
            opened.execute("SET enable_external_access = false");
            opened.execute("SET lock_configuration = true");
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw UserError.input(data.folder() + " cannot be asked: " + message(e), e);
        }
    }

    private static Connection connect() {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        try {
            return DriverManager.getConnection(URL, properties);
        } catch (SQLException e) {
            throw UserError.input("DuckDB cannot be started: " + message(e), e);
        }
    }

    /** The schema's columns are there even if no file has them. */
    private static String view(Path folder, String table, boolean hasFiles) {
        // Of a checkpoint the guest is a property, too.
        List<Column> columns = new ArrayList<>(SchemaTables.ALL.getOrDefault(table, List.of()));
        Views.OF_ALL.stream().filter(each -> !columns.contains(each)).forEach(columns::add);
        String empty =
                columns.stream()
                        .map(column -> "CAST(NULL AS " + type(column) + ") AS " + column.name())
                        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
        if (!hasFiles) {
            return empty;
        }
        String files = Views.text(folder + "/guest=*/checkpoint=*/" + table + ".parquet");
        return "SELECT * FROM read_parquet("
                + files
                + ", union_by_name = true, hive_partitioning = true, hive_types_autocast = false)"
                + " UNION ALL BY NAME "
                + empty;
    }

    private static String type(Column column) {
        return switch (column.type()) {
            case INTEGER -> "BIGINT";
            case BOOLEAN -> "BOOLEAN";
            case TEXT -> "VARCHAR";
            case TEXTS -> "VARCHAR[]";
            case ANY -> throw new IllegalArgumentException(column + " has no type");
        };
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public SqlRows query(String sql, Map<String, Object> parameters) {
        try {
            execute("CREATE OR REPLACE TEMP VIEW parameter AS " + Views.parameters(parameters));
            Statement statement = connection.createStatement();
            return new Answer(statement, statement.executeQuery(sql));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static UserError failed(SQLException e) {
        return UserError.input("the question failed: " + message(e), e);
    }

    private static String message(SQLException e) {
        return String.valueOf(e.getMessage()).strip();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // It is in memory, and of this process.
        }
    }

    private static final class Answer implements SqlRows {
        private final Statement statement;
        private final ResultSet results;
        private final List<String> columns = new ArrayList<>();
        private boolean ahead;
        private boolean more;

        Answer(Statement statement, ResultSet results) throws SQLException {
            this.statement = statement;
            this.results = results;
            ResultSetMetaData about = results.getMetaData();
            for (int i = 1; i <= about.getColumnCount(); i++) {
                columns.add(about.getColumnLabel(i));
            }
        }

        @Override
        public List<String> columns() {
            return columns;
        }

        @Override
        public boolean hasNext() {
            if (!ahead) {
                try {
                    more = results.next();
                } catch (SQLException e) {
                    throw failed(e);
                }
                ahead = true;
            }
            return more;
        }

        @Override
        public List<@Nullable Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ahead = false;
            List<@Nullable Object> row = new ArrayList<>();
            try {
                for (int i = 1; i <= columns.size(); i++) {
                    row.add(value(results.getObject(i)));
                }
            } catch (SQLException e) {
                throw failed(e);
            }
            return row;
        }

        private static @Nullable Object value(@Nullable Object value) throws SQLException {
            return switch (value) {
                case null -> null;
                case Boolean truth -> truth;
                case String text -> text;
                case BigInteger number when number.bitLength() < Long.SIZE -> number.longValue();
                case BigDecimal number -> number.doubleValue();
                case Float number -> number.doubleValue();
                case Double number -> number;
                case Number number when !(number instanceof BigInteger) -> number.longValue();
                case Array array -> {
                    List<@Nullable Object> list = new ArrayList<>();
                    for (Object each : Arrays.asList((Object[]) array.getArray())) {
                        list.add(value(each));
                    }
                    yield list;
                }
                default -> value.toString();
            };
        }

        @Override
        public void close() {
            try (statement) {
                results.close();
            } catch (SQLException e) {
                // Its rows are no longer wanted.
            }
        }
    }
}
