package dev.tablewalk.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tablewalk.cli.output.GuardedOutput;
import dev.tablewalk.cli.output.RowFormat;
import dev.tablewalk.cli.output.RowWriter;
import dev.tablewalk.cli.output.Terminal;
import dev.tablewalk.cli.output.WholeFile;
import dev.tablewalk.cypher.diff.Difference;
import dev.tablewalk.graph.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** What a series keeps of changes: rows of {@link DiffRows}, a line each, packed by gzip. */
public final class KeptChanges {
    private static final ObjectReader JSON =
            new ObjectMapper()
                    .configure(DeserializationFeature.USE_LONG_FOR_INTS, true)
                    .readerFor(Map.class);

    private KeptChanges() {}

    /**
     * Writes a file, whole and synced or not at all.
     *
     * @return its size in bytes
     * @throws UserError if it cannot be written
     */
    public static long write(Path file, Difference difference) {
        try {
            new WholeFile(file, true)
                    .writeBytes(
                            to -> {
                                GZIPOutputStream packed = new GZIPOutputStream(to);
                                write(difference, packed);
                                packed.finish();
                            });
            return Files.size(file);
        } catch (IOException e) {
            throw UserError.input("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static void write(Difference difference, GZIPOutputStream packed) {
        PrintWriter out =
                new PrintWriter(
                        new OutputStreamWriter(new GuardedOutput(packed), StandardCharsets.UTF_8));
        try (RowWriter rows = RowFormat.NDJSON.write(DiffRows.COLUMNS, out, Terminal.NONE)) {
            DiffRows.each(difference, rows::row);
        }
        out.flush();
    }

    /**
     * Hands over all rows, in the order of {@link DiffRows#COLUMNS}. Holds one at a time.
     *
     * @throws UserError if the file cannot be read, or is not what it should be
     */
    public static void each(Path file, Consumer<List<? extends @Nullable Object>> to) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                to.accept(row(line));
            }
        } catch (JsonProcessingException e) {
            throw UserError.input(file + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw UserError.input(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<@Nullable Object> row(String line) throws JsonProcessingException {
        Map<String, @Nullable Object> fields = JSON.readValue(line);
        @Nullable Object[] row = new @Nullable Object[DiffRows.COLUMNS.size()];
        Arrays.setAll(row, i -> fields.get(DiffRows.COLUMNS.get(i)));
        return Arrays.asList(row);
    }
}
