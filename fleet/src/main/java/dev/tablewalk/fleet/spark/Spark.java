package dev.tablewalk.fleet.spark;

import dev.tablewalk.fleet.dataset.Column;
import dev.tablewalk.fleet.dataset.SchemaTables;
import dev.tablewalk.fleet.engine.Engine;
import dev.tablewalk.fleet.engine.SqlRows;
import dev.tablewalk.fleet.engine.Views;
import dev.tablewalk.graph.Progress;
import dev.tablewalk.graph.UserError;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Asks a data set by Spark, which shares the work among the processors, or machines, of a master.
 * Each must see the data set at the same place. Spark takes some seconds to start.
 */
public final class Spark implements Engine {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+://.*");

    private final SparkProcess process;
    private final DataInputStream in;
    private final Progress progress;

    private Spark(SparkProcess process, Progress progress) {
        this.process = process;
        this.progress = progress;
        this.in =
                new DataInputStream(
                        new BufferedInputStream(
                                Channels.newInputStream(process.channel()), BUFFER_BYTES));
    }

    /** Whether a place is one that Hadoop names, such as {@code s3a://bucket/fleet}. */
    public static boolean isElsewhere(String folder) {
        return SCHEME.matcher(folder).matches();
    }

    /** The place of a folder of this machine, or of one that all machines share. */
    public static String place(Path folder) {
        return "file://" + folder.toAbsolutePath().normalize();
    }

    /**
     * Starts Spark, and opens a data set.
     *
     * @param master as {@code spark-submit} takes it, such as {@code local[2]}
     * @param place of the data set, with its scheme
     * @throws UserError if Spark does not start, its master does not answer, or there is no data
     *     set
     */
    public static Spark open(
            SparkInstallation installation, String master, String place, Progress progress) {
        Views.requireNoPattern(place);
        Master.requireThere(master);
        progress.stage("start Spark", 0);
        Spark opened = new Spark(SparkProcess.start(installation, master), progress);
        try {
            opened.send(opening(place));
            SparkAnswer.awaitOpened(place, opened.in, opened.process, progress);
            return opened;
        } catch (UserError e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public SqlRows query(String sql, Map<String, Object> parameters) {
        progress.stage("ask Spark", 0);
        ByteArrayOutputStream question = new ByteArrayOutputStream();
        text(question, Views.parameters(escaped(parameters)));
        text(question, sql);
        send(question);
        return SparkAnswer.of(in, process, progress);
    }

    /** A backslash in a text stands for itself in standard SQL, and escapes in Spark's. */
    private static Map<String, Object> escaped(Map<String, Object> parameters) {
        Map<String, Object> escaped = new TreeMap<>(parameters);
        escaped.replaceAll(
                (_, value) -> value instanceof String text ? text.replace("\\", "\\\\") : value);
        return escaped;
    }

    /** The place, and what columns tables have even if no file has them. */
    private static ByteArrayOutputStream opening(String place) {
        ByteArrayOutputStream opening = new ByteArrayOutputStream();
        text(opening, place);
        number(opening, SchemaTables.ALL.size());
        SchemaTables.ALL.forEach(
                (table, columns) -> {
                    List<Column> all = new ArrayList<>(columns);
                    Views.OF_ALL.stream().filter(each -> !all.contains(each)).forEach(all::add);
                    text(opening, table);
                    number(opening, all.size());
                    for (Column column : all) {
                        text(opening, column.name());
                        text(opening, type(column));
                    }
                });
        return opening;
    }

    private static String type(Column column) {
        return switch (column.type()) {
            case INTEGER -> "BIGINT";
            case BOOLEAN -> "BOOLEAN";
            case TEXT -> "STRING";
            case TEXTS -> "ARRAY<STRING>";
            case ANY -> throw new IllegalArgumentException(column + " has no type");
        };
    }

    private static void text(ByteArrayOutputStream to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(to, bytes.length);
        to.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream to, int number) {
        to.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    private void send(ByteArrayOutputStream what) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(what.toByteArray());
            while (bytes.hasRemaining()) {
                process.channel().write(bytes);
            }
        } catch (IOException e) {
            throw process.ended(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
