package dev.tablewalk.fleet.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints how large the tables of a data set are beside what DuckDB makes of the same rows, with the
 * same compression. To be run as a program, with the data set's folder; not a test.
 */
final class DuckDbSizes {
    private DuckDbSizes() {}

    public static void main(String[] args) throws Exception {
        List<Path> tables;
        try (Stream<Path> all = Files.walk(Path.of(args[0]))) {
            tables = all.filter(file -> file.toString().endsWith(".parquet")).toList();
        }
        long ours = 0;
        long theirs = 0;
        Path copy = Files.createTempFile("table", ".parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            for (Path table : tables) {
                statement.execute(
                        String.format(
                                "COPY (SELECT * FROM read_parquet('%s', hive_partitioning = false))"
                                        + " TO '%s' (FORMAT parquet, COMPRESSION zstd)",
                                table.toString().replace("'", "''"), copy));
                ours += Files.size(table);
                theirs += Files.size(copy);
            }
        } finally {
            Files.delete(copy);
        }
        System.out.printf(
                Locale.ROOT,
                "%.1f MiB of tables, %.2f times what DuckDB writes of the same rows%n",
                ours / 1048576.0,
                (double) ours / theirs);
    }
}
